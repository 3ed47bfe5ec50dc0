// SPDX-License-Identifier: MIT
#include "core/crypto/constant_time.hpp"

namespace latchkey::crypto {

bool equal(ByteView left, ByteView right) noexcept {
  if (left.size() != right.size()) return false;
  volatile std::uint8_t difference = 0;
  for (std::size_t i = 0; i < left.size(); ++i) {
    difference = static_cast<std::uint8_t>(difference | (left[i] ^ right[i]));
  }
  return difference == 0;
}

}  // namespace latchkey::crypto
