// SPDX-License-Identifier: MIT
#include "core/crypto/secret.hpp"

#include <mbedtls/platform_util.h>

namespace latchkey::crypto {

void wipe(std::span<std::uint8_t> memory) noexcept {
  mbedtls_platform_zeroize(memory.data(), memory.size());
}

}  // namespace latchkey::crypto
