// SPDX-License-Identifier: MIT
#pragma once

#include <mbedtls/entropy.h>

#include <new>

#include "core/crypto/random.hpp"

namespace latchkey::channel {

/// Gives a crypto::Random to mbedTLS: pass fill and the address of a bridge that lives as long
/// as mbedTLS may ask. Remembers a failure, since mbedTLS maps it to codes of its own.
struct RandomBridge {
  crypto::Random* random = nullptr;
  bool failed = false;

  static int fill(void* bridge, unsigned char* output, std::size_t size) noexcept {
    auto& self = *static_cast<RandomBridge*>(bridge);
    try {
      if (self.random->fill({output, size})) return 0;
    } catch (const std::bad_alloc&) {
      // As good as no randomness; no exception may pass through mbedTLS, which is C.
    }
    self.failed = true;
    return MBEDTLS_ERR_ENTROPY_SOURCE_FAILED;
  }

  /// What a failed mbedTLS call means.
  [[nodiscard]] tl::unexpected<Error> error(const char* doing) const {
    return fail(failed ? Errc::entropy : Errc::crypto, doing);
  }
};

}  // namespace latchkey::channel
