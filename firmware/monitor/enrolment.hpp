// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>

#include "core/channel/messages.hpp"
#include "core/crypto/random.hpp"
#include "core/pairing/window_action.hpp"
#include "firmware/config/config.hpp"
#include "firmware/monitor/site.hpp"
#include "firmware/roles/keyfile_messages.hpp"
#include "firmware/roles/net_messages.hpp"
#include "firmware/roles/verify_messages.hpp"

/// The decisions about one key, free of processes and time: who may be enrolled, what policy says
/// of a verified key, what order the writer gets, what an answer of it means.
namespace latchkey::monitor {

/// Why something is refused: what the peer hears.
struct Verdict {
  channel::ResultCode code = channel::ResultCode::added;
  std::string text;
  /// not_proved, but nothing else is wrong: a signature would make it good, so ask for one, once.
  bool lacks_signature{};
  [[nodiscard]] bool ok() const noexcept { return code <= channel::ResultCode::kept; }
};

/// The account that an offer asks for; nullptr when it may not be enrolled. Empty: the default.
[[nodiscard]] const Account* account_for(const SiteFacts& facts, std::string_view name);
[[nodiscard]] Verdict account_refused(const SiteFacts& facts, std::string_view name);

/// What policy says of a key that verify has found good. `proved`: its owner has to prove it, over
/// the network or at the Pi; otherwise an administrator vouches for it, and for what hardware and
/// whose finger or PIN it asks for.
[[nodiscard]] Verdict judge(const config::Policy& policy, const SiteFacts& facts,
                            const roles::KeyVerdict& key, bool proved);

/// The narrower of what was asked for and what policy allows.
[[nodiscard]] channel::Limits limit(const config::Policy& policy, const channel::Limits& asked,
                                    WallTime now);

/// The order to write (or to take out) one line. Errc::too_large when a path does not fit.
[[nodiscard]] Result<roles::AddLine> order_for(const config::Config& config, const Account& account,
                                               const Destination& destination,
                                               const roles::KeyVerdict& key,
                                               const channel::Limits& limits, WallTime now);

/// Everything about a new window but its code, with a fresh nonce and a fresh challenge. What does
/// not fit (a ninth account) is left out.
[[nodiscard]] Result<roles::ServeWindow> describe_window(const config::Config& config,
                                                         const SiteFacts& facts, std::size_t groups,
                                                         crypto::Random& random);

/// What the peer hears: `known` is what verify or the writer said.
[[nodiscard]] Verdict hear(pairing::Answer answer, const Verdict& known);

/// The name of an answer in the audit log: "enrolled", "already-there", "taken-out", "refused"…
[[nodiscard]] std::string event_name(channel::ResultCode code);

/// What the writer's answer, or that there is none, means to the peer.
[[nodiscard]] Verdict written(const Result<roles::KeyfileAnswer>& answer);

}  // namespace latchkey::monitor
