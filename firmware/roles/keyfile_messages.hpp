// SPDX-License-Identifier: MIT
#pragma once

#include <variant>

#include "firmware/roles/offer_fields.hpp"

/// One order, one answer, then latchkey-keyfile ends. The monitor has already become the target
/// user when it starts the role.
namespace latchkey::roles {

inline constexpr std::size_t kMaxOtherFiles = 3;
inline constexpr std::uint32_t kNoGroup = UINT32_MAX;

/// The account and its files, as sshd resolved them.
struct KeyfileTarget {
  std::uint32_t user = 0;
  std::uint32_t group = 0;                 ///< 0 only where the writer may run in root's group
  std::uint32_t private_group = kNoGroup;  ///< the group that holds nobody but the user
  std::uint8_t strict_modes = 1;
  std::uint8_t allow_volatile = 0;
  std::uint8_t other_count = 0;  ///< of `others`
  PathField home;
  PathField path;                                  ///< the file to write: absolute, below home
  std::array<PathField, kMaxOtherFiles> others{};  ///< read only: the key may be there already
};

/// The line, as parts. The writer composes it.
struct KeyfileLine {
  KeyField key;  ///< the blob
  CommentField comment;
  LimitsFields limits;
  std::int64_t now = 0;         ///< seconds since 1970
  std::int32_t utc_offset = 0;  ///< of local time, seconds, east positive
  std::uint8_t cert_authority = 0;
  std::uint8_t no_touch_required = 0;
  std::uint8_t verify_required = 0;
};

struct AddLine {
  KeyfileTarget target;
  KeyfileLine line;
};
/// Takes out the line that AddLine with the same KeyfileLine wrote.
struct RemoveLine {
  KeyfileTarget target;
  KeyfileLine line;
};
using ToKeyfile = std::variant<AddLine, RemoveLine>;

/// The numbers are keyfile::Outcome and keyfile::Reason (firmware/keyfile/outcome.hpp).
struct KeyfileAnswer {
  std::uint8_t outcome = 0;
  std::uint8_t reason = 0;
  TextField text;
  PathField path;
};
using FromKeyfile = std::variant<KeyfileAnswer>;

}  // namespace latchkey::roles
