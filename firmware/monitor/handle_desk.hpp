// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "firmware/monitor/audit_log.hpp"
#include "firmware/monitor/handle_store.hpp"
#include "firmware/roles/ctl_messages.hpp"
#include "hal/clock/clock.hpp"

namespace latchkey::monitor {

/// `latchkeyctl handles`. Each call returns every answer to one request, in order, and blocks on
/// the disk.
class HandleDesk final {
 public:
  /// All must outlive this.
  HandleDesk(const HandleStore& store, AuditLog& log, const clock::Clock& clock) noexcept
      : store_(store), log_(log), clock_(clock) {}

  [[nodiscard]] std::vector<roles::FromDaemon> list() const;
  /// What is forgotten goes into the log. RequestRefused when no handle has the fingerprint that
  /// was named.
  [[nodiscard]] std::vector<roles::FromDaemon> drop(const roles::DropHandles& request) const;

 private:
  const HandleStore& store_;
  AuditLog& log_;
  const clock::Clock& clock_;
};

}  // namespace latchkey::monitor
