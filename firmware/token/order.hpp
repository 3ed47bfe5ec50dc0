// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include "firmware/roles/token_messages.hpp"
#include "firmware/token/credential.hpp"
#include "firmware/token/plan.hpp"
#include "hal/fido/pin.hpp"

namespace latchkey::token {

/// What is to be done next, or waited for.
enum class Stage : std::uint8_t { make, find, await_pin, await_request, sign };

/// An order of the monitor's and how far it has come.
struct Order {
  roles::MakeKey wanted;
  Stage stage = Stage::make;
  Stage after_pin = Stage::make;  ///< where await_pin leads to
  Learned learned;
  std::optional<fido::Pin> pin;  ///< as typed for the key that is there; no longer than the order
  std::optional<Credential> credential;
  bool pin_was_wrong = false;
  bool touch_told = false;
  unsigned wrong_pins = 0;  ///< of the order, whatever key it was for
  unsigned wrong_fingers = 0;
  unsigned asks = 0;       ///< for this touch
  Millis paused{};         ///< for this key
  Millis access_paused{};  ///< the same, for permission to open it
};

}  // namespace latchkey::token
