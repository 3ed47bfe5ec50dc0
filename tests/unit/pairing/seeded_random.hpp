// SPDX-License-Identifier: MIT
#pragma once

#include <random>

#include "core/crypto/random.hpp"

namespace latchkey::test {

/// The same bytes each time, for tests.
class SeededRandom final : public crypto::Random {
 public:
  explicit SeededRandom(std::uint32_t seed) : engine_(seed) {}
  Result<void> fill(std::span<std::uint8_t> output) override {
    for (auto& byte : output) byte = static_cast<std::uint8_t>(engine_());
    return {};
  }

 private:
  std::mt19937 engine_;
};

/// Bytes given beforehand; then Errc::entropy.
class ScriptedRandom final : public crypto::Random {
 public:
  explicit ScriptedRandom(Bytes bytes) : bytes_(std::move(bytes)) {}
  Result<void> fill(std::span<std::uint8_t> output) override {
    for (auto& byte : output) {
      if (next_ == bytes_.size()) return fail(Errc::entropy, "reading a script");
      byte = bytes_[next_++];
    }
    return {};
  }
  [[nodiscard]] std::size_t used() const { return next_; }

 private:
  Bytes bytes_;
  std::size_t next_ = 0;
};

}  // namespace latchkey::test
