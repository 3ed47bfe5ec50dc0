// SPDX-License-Identifier: MIT
#pragma once

#include <span>

#include "core/bytes.hpp"

namespace latchkey::crypto {

/// Where randomness comes from: an argument, never a global.
class Random {
 public:
  virtual ~Random() = default;
  /// Fills all of `output` or fails with Errc::entropy.
  [[nodiscard]] virtual Result<void> fill(std::span<std::uint8_t> output) = 0;
};

/// The kernel's getrandom(2). May block early in boot, until the kernel has gathered enough.
class SystemRandom final : public Random {
 public:
  [[nodiscard]] Result<void> fill(std::span<std::uint8_t> output) override;
};

}  // namespace latchkey::crypto
