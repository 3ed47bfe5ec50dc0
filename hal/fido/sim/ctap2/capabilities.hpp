// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "hal/fido/sim/device/environment.hpp"

/// What follows from a model and its state together: asked by getInfo and by what it promises.
namespace latchkey::fido::sim {

/// The algorithms that makeCredential really has, in the model's order.
[[nodiscard]] std::vector<std::int32_t> algorithms(const Model& model);

/// makeCredUvNotRqd: whether touch alone makes a credential that is not discoverable.
[[nodiscard]] bool makes_without_verification(const Model& model);

/// "Protected by some form of user verification": a PIN is set, or a finger is enrolled. To 2.0 a
/// PIN alone is protection.
[[nodiscard]] bool is_protected(const Environment& env);

}  // namespace latchkey::fido::sim
