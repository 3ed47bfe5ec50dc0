// SPDX-License-Identifier: MIT
#pragma once

#include "core/channel/messages.hpp"
#include "firmware/roles/fixed.hpp"

namespace latchkey::roles {

inline constexpr std::size_t kMaxAccount = 32;  ///< useradd's own limit
inline constexpr std::size_t kMaxKey = 4096;    ///< RSA 16384 takes 2.1 KiB
inline constexpr std::size_t kMaxComment = 128;
inline constexpr std::size_t kMaxFrom = 512;
inline constexpr std::size_t kMaxSignature = 8192;
inline constexpr std::size_t kMaxText = 256;
inline constexpr std::size_t kMaxPath = 1024;
inline constexpr std::size_t kMaxName = 64;

using AccountField = FixedText<kMaxAccount>;
using KeyField = FixedBytes<kMaxKey>;
using CommentField = FixedText<kMaxComment>;
using TextField = FixedText<kMaxText>;
using PathField = FixedText<kMaxPath>;
using NameField = FixedText<kMaxName>;

/// channel::Limits, flat.
struct LimitsFields {
  std::uint8_t has_expires = 0;
  std::uint8_t restrict = 0;
  std::int64_t expires = 0;  ///< seconds since 1970
  FixedText<kMaxFrom> from;

  /// False when a field does not fit.
  [[nodiscard]] bool assign(const channel::Limits& limits) noexcept;
  [[nodiscard]] channel::Limits limits() const;
};

}  // namespace latchkey::roles
