// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "core/channel/messages.hpp"
#include "core/channel/token_messages.hpp"
#include "host/context.hpp"
#include "host/local_keys.hpp"
#include "host/options.hpp"

/// A key that is made on a security key here for one Pi, and for what it is to be
/// there: so one touch gives the key and the proof of it.
namespace latchkey::host {

/// Says, before anybody is connected to, which security key is going to make it as things are, and
/// what that will ask of the person. Of several the one is chosen by a touch when it is time.
/// Reason::needs_terminal where a PIN will be asked, and all that choosing ends in.
[[nodiscard]] Attempt<> settle_security_key(const EnrollOptions& options, const Context& context);

struct KeyForPi {
  LocalKey key;
  Bytes attestation;      ///< attest::Record over this enrolment's challenge; empty: it makes none
  bool resident = false;  ///< on the security key as well
};

/// Makes it, of a kind that the Pi accepts, and saves it in a file of its own, with its
/// attestation: nothing is lost if this computer dies before the Pi has answered. Blocks for PIN
/// and touch. `statement`: of this enrolment (core/channel/statement.hpp). The security key is
/// chosen again: since it was settled it may have been plugged in anew, at another path. Ctrl-C
/// ends the making, not the saving. Reason::key_type_refused, and all that making and saving end
/// in.
[[nodiscard]] Attempt<KeyForPi> make_key_for(const channel::Welcome& welcome, ByteView statement,
                                             const EnrollOptions& options, const Context& context);

/// After the Pi has refused it: the files go, as they are of no use without the line; a resident
/// key stays. Says what it did.
void discard(const KeyForPi& made, const Context& context);

/// The same wishes, for a security key in the Pi.
[[nodiscard]] Attempt<channel::TokenRequest> request_for(const channel::Welcome& welcome,
                                                         const EnrollOptions& options,
                                                         const Context& context);

}  // namespace latchkey::host
