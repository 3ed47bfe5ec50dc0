// SPDX-License-Identifier: MIT
#pragma once

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
};

}  // namespace latchkey::fido::sim
