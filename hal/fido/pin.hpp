// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string_view>

#include "core/bytes.hpp"
#include "core/crypto/secret.hpp"

namespace latchkey::fido {

/// The PIN of a security key, as a person typed it: 4 code points at least, 63 bytes of UTF-8 at
/// most (CTAP 2.1 section 6.5.1). Wiped at the end; cannot be copied, compared or printed.
class Pin final {
 public:
  static constexpr std::size_t kMaxBytes = 63;

  /// nullopt: no PIN that any key could have (too short, too long, a NUL, no UTF-8).
  [[nodiscard]] static std::optional<Pin> from(std::string_view typed);

  /// For libfido2 alone; points into this object.
  [[nodiscard]] const char* c_str() const noexcept;
  /// For the channel alone; points into this object.
  [[nodiscard]] ByteView bytes() const noexcept;

 private:
  Pin() = default;

  crypto::Secret<kMaxBytes + 1> text_;  ///< NUL behind it
  std::size_t size_ = 0;
};

}  // namespace latchkey::fido
