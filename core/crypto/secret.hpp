// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace latchkey::crypto {

/// Overwrites memory in a way the compiler keeps.
void wipe(std::span<std::uint8_t> memory) noexcept;

/// Size bytes that nobody else should see: wiped at the end and when moved from; cannot be
/// copied, compared or printed.
template <std::size_t Size>
class Secret final {
 public:
  Secret() = default;
  explicit Secret(std::span<const std::uint8_t, Size> bytes) noexcept {
    for (std::size_t i = 0; i < Size; ++i) bytes_[i] = bytes[i];
  }
  ~Secret() { wipe(bytes_); }

  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  Secret(Secret&& other) noexcept : bytes_(other.bytes_) { wipe(other.bytes_); }
  Secret& operator=(Secret&& other) noexcept {
    if (this != &other) {
      bytes_ = other.bytes_;
      wipe(other.bytes_);
    }
    return *this;
  }

  [[nodiscard]] std::span<std::uint8_t, Size> bytes() noexcept { return bytes_; }
  [[nodiscard]] std::span<const std::uint8_t, Size> bytes() const noexcept { return bytes_; }

 private:
  std::array<std::uint8_t, Size> bytes_{};
};

}  // namespace latchkey::crypto
