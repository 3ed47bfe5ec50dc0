// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "host/context.hpp"
#include "host/local_keys.hpp"
#include "host/pi_connection.hpp"
#include "host/ssh_config.hpp"

namespace latchkey::host {

/// A key of this computer, for one account of one Pi.
struct KeyOffer {
  LocalKey key;
  std::string account;
  channel::Limits limits;
  Bytes attestation{};       ///< attest::Record; empty: none
  bool made_for_it = false;  ///< over the statement: it may be all the proof there is
};

/// What either proof of it covers (core/channel/statement.hpp). Reason::internal.
[[nodiscard]] Attempt<Bytes> statement_for(const channel::Welcome& welcome,
                                           const std::string& account,
                                           const channel::Limits& limits);

struct OfferedKey {
  channel::Outcome outcome;
  std::string proved;  ///< "attestation", "signature"
};

/// Offers it and waits for the result. A key that was made for this Pi comes with its
/// attestation alone; where the Pi wants a signature as well, it says why, the person touches
/// the security key a second time, and the same key is offered again. Every other key signs at
/// once. Blocks for a passphrase, a PIN, a touch, and a confirming press.
[[nodiscard]] Attempt<OfferedKey> offer_key(const KeyOffer& offer, const SshConfig& config,
                                            const channel::Welcome& welcome, PiConnection& pi,
                                            const Context& context);

/// How long the Pi may take for what it does itself, and for the second press where it wants one.
[[nodiscard]] Millis patience_for_result(const channel::Welcome& welcome) noexcept;

}  // namespace latchkey::host
