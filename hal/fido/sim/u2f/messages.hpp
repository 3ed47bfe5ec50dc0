// SPDX-License-Identifier: MIT
#pragma once

#include "hal/fido/sim/device/environment.hpp"

namespace latchkey::fido::sim {

inline constexpr Millis kU2fPatience{2'000};  ///< then a client has stopped asking

/// Answers one U2F request (FIDO U2F Raw Message Formats v1.2; CTAP 2.1 section 7): an APDU of
/// either length in, data and status word out; the length that the host expects does not bind.
/// Key handles are credential identifiers (wrap()), so that what one protocol made the other finds,
/// except that a resident credential, an Ed25519 one and one whose CredProtect is `required` do not
/// exist here (6A80).
/// With alwaysUv all is refused with 6986.
///
/// Never waits: without a touch the answer is 6985 at once, and the client asks again. `person` is
/// asked only where the command needs presence; U2F has no word for Reply::no. The same bytes asked
/// again before kU2fPatience are the same request: the history counts one touch asked and one event
/// for all those refusals together, and one more event in the end. Events are "U2F register",
/// "U2F authenticate", "U2F check" (the control byte 07), "U2F version" and "U2F unknown".
[[nodiscard]] Bytes answer_u2f(Environment& env, ByteView apdu, const Person& person, Instant now);

}  // namespace latchkey::fido::sim
