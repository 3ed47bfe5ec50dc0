// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include "host/context.hpp"
#include "host/interrupt.hpp"
#include "host/pi_connection.hpp"

namespace latchkey::host {

/// What came of a key that a security key in the Pi made.
struct MadeInPi {
  channel::KeyHandle made;
  /// Of the enrolment; ok(). A failure: the Pi did not come to say it, and may have the line.
  Attempt<channel::Outcome> outcome;
  std::unique_ptr<OutliveInterrupt> outlive;  ///< until what was made is saved
};

/// Has it made, and passes on what the person at the Pi has to do: plug in, touch. A PIN is asked
/// for here and travels to the security key; the second wrong one ends it, so that nobody uses
/// up the tries by way of us; asking once more for a PIN that was given counts as one. Blocks at
/// most as long as the Pi's window lives, all in all. What outcome_failure() knows;
/// Reason::needs_terminal, cancelled, pin_wrong.
[[nodiscard]] Attempt<MadeInPi> make_in_pi(const channel::TokenRequest& request,
                                           const channel::Welcome& welcome, PiConnection& pi,
                                           const Context& context);

}  // namespace latchkey::host
