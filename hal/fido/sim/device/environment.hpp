// SPDX-License-Identifier: MIT
#pragma once

#include <functional>

#include "core/crypto/random.hpp"
#include "hal/fido/sim/device/history.hpp"
#include "hal/fido/sim/device/model.hpp"
#include "hal/fido/sim/device/person.hpp"
#include "hal/fido/sim/device/session.hpp"
#include "hal/fido/sim/device/state.hpp"

namespace latchkey::fido::sim {

/// All that a command works on. Commands are free functions over it; time is their argument.
/// References stay valid while a Wait is pending.
struct Environment {
  const Model& model;
  State& state;
  Session& session;
  History& history;
  crypto::Random& random;
  /// Writes the state down in the middle of a command: a try that is used up has to be lost even
  /// when the power is cut before the answer. May be empty.
  std::function<void(const State&)> save{};
};

}  // namespace latchkey::fido::sim
