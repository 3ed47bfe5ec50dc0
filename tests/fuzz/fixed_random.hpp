// SPDX-License-Identifier: MIT
#pragma once

#include <random>

#include "core/crypto/random.hpp"

/// Repeatable, so that a finding is repeatable, and so that a corpus can hold the flights of a peer
/// that knows the secret.
class FixedRandom final : public latchkey::crypto::Random {
 public:
  explicit FixedRandom(std::uint64_t seed) : engine_(seed) {}
  [[nodiscard]] latchkey::Result<void> fill(std::span<std::uint8_t> output) override {
    for (auto& byte : output) byte = static_cast<std::uint8_t>(engine_());
    return {};
  }

 private:
  std::mt19937_64 engine_;
};
