// SPDX-License-Identifier: MIT
#include "core/crypto/random.hpp"

#include <sys/random.h>
#include <cerrno>

namespace latchkey::crypto {

Result<void> SystemRandom::fill(std::span<std::uint8_t> output) {
  while (!output.empty()) {
    const auto got = ::getrandom(output.data(), output.size(), 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return fail(Errc::entropy, "reading the kernel's random numbers");
    output = output.subspan(static_cast<std::size_t>(got));
  }
  return {};
}

}  // namespace latchkey::crypto
