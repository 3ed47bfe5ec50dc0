// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "core/crypto/hash.hpp"
#include "core/time.hpp"

namespace latchkey::monitor {

/// What is on record of one happening. Values must not hold secrets.
struct AuditEntry {
  std::string event;  ///< "enrolled", "refused", "taken-out", "window-closed", …
  std::vector<std::pair<std::string, std::string>> fields;
};

/// Where the chain stands after a line.
struct AuditHead {
  std::uint64_t position = 0;  ///< number of the last line, from 1; 0: empty log
  crypto::Sha256 hash{};       ///< SHA-256 of that line without its newline; zeros when empty
};

/// log.jsonl: one JSON object a line, each with the SHA-256 of the line before it (`prev`), so
/// that a changed, missing or reordered line shows. Each line is synced before append() returns.
class AuditLog final {
 public:
  /// Opens or creates the file (0600) and finds the head of its chain. A last line that a power
  /// cut tore is kept and chained over. Errc::unsupported when the path is no regular file.
  [[nodiscard]] static Result<AuditLog> open(const std::string& path);
  ~AuditLog();
  AuditLog(AuditLog&& other) noexcept;
  AuditLog& operator=(AuditLog&& other) noexcept;
  AuditLog(const AuditLog&) = delete;
  AuditLog& operator=(const AuditLog&) = delete;

  /// After an error (a full disk) the log is as it was before.
  [[nodiscard]] Result<AuditHead> append(const AuditEntry& entry, WallTime now);
  [[nodiscard]] const AuditHead& head() const noexcept { return head_; }

 private:
  AuditLog(int descriptor, AuditHead head) noexcept : descriptor_(descriptor), head_(head) {}

  int descriptor_ = -1;
  AuditHead head_;
};

}  // namespace latchkey::monitor
