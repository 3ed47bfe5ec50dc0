// SPDX-License-Identifier: MIT
#pragma once

#include "core/crypto/hash.hpp"
#include "firmware/config/config.hpp"
#include "firmware/monitor/enrolment.hpp"
#include "firmware/monitor/site.hpp"
#include "firmware/roles/net_messages.hpp"
#include "firmware/roles/token_messages.hpp"

namespace latchkey::monitor {

/// What a security key in the Pi is to make, decided before anybody is asked to touch it.
struct TokenOrder {
  Verdict verdict;                   ///< not ok: why nothing is to be made
  const Account* account = nullptr;  ///< of the facts
  roles::OfferArrived offer;         ///< account, comment and limits of the offer it will become
  roles::MakeKey make;
};

/// The order for what a host asked for. nullptr: nobody waits, so for the default account, by
/// touch alone and never resident. The statement binds it to this window, its account and limits.
/// Errc::too_large, Errc::crypto.
[[nodiscard]] Result<TokenOrder> order_at_pi(const config::Policy& policy, const SiteFacts& facts,
                                             const roles::ServeWindow& window,
                                             const roles::TokenRequested* asked);

/// The hash of the host keys that this window's peer is told of: those that did
/// not fit into its description are not counted.
[[nodiscard]] Result<crypto::Sha256> hash_told_host_keys(const roles::ServeWindow& window);

}  // namespace latchkey::monitor
