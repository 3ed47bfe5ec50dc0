// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>

#include "firmware/monitor/accounts.hpp"
#include "firmware/monitor/audit_log.hpp"
#include "firmware/monitor/enrolment.hpp"
#include "firmware/roles/keyfile_messages.hpp"
#include "firmware/roles/net_messages.hpp"
#include "firmware/roles/verify_messages.hpp"

namespace latchkey::monitor {

/// The one key of a window, with all that is known of it.
struct Offer {
  roles::OfferArrived asked;
  const Account* account = nullptr;  ///< of facts_
  roles::KeyVerdict key;
  Verdict verdict;  ///< what the peer is to hear
  roles::AddLine order;
  std::string path;
  bool logged_in = false;  ///< the host said so
  /// Made on a security key in the Pi: what its owner needs to use it elsewhere.
  std::optional<roles::KeyHandleFields> made;
  std::string made_on;       ///< what that security key calls itself
  bool handed_over = false;  ///< the host was told of it
  bool unattended = false;   ///< at the Pi, by touch alone: nobody waits for an answer
  /// Where the log says what the writer did, until the peer is told.
  std::optional<AuditHead> logged;
};

}  // namespace latchkey::monitor
