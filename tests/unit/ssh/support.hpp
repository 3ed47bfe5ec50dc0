// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "core/crypto/random.hpp"
#include "core/ssh/public_key.hpp"
#include "core/ssh/public_key_line.hpp"

/// What the tests of core/ssh share.
namespace latchkey::ssh::test {

/// A golden file made by ssh-keygen (data/make.sh).
[[nodiscard]] std::string golden(std::string_view name);
/// The key in a golden .pub file.
[[nodiscard]] PublicKey golden_key(std::string_view name);

/// 0, 1, 2, …
class CountingRandom final : public crypto::Random {
 public:
  [[nodiscard]] Result<void> fill(std::span<std::uint8_t> output) override {
    for (auto& byte : output) byte = next_++;
    return {};
  }

 private:
  std::uint8_t next_ = 0;
};

/// A system without randomness.
class NoRandom final : public crypto::Random {
 public:
  [[nodiscard]] Result<void> fill(std::span<std::uint8_t> /*output*/) override {
    return latchkey::fail(Errc::entropy, "reading random numbers");
  }
};

/// A folder of its own, gone with the object.
class TempFolder final {
 public:
  TempFolder();
  ~TempFolder();
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;

  /// Writes a file that only its owner can read and gives its path.
  [[nodiscard]] std::string write(std::string_view name, std::string_view contents) const;
  [[nodiscard]] std::string read(std::string_view name) const;

 private:
  std::filesystem::path path_;
};

struct Outcome {
  int status;
  std::string output;
};

/// Runs a shell command; output and errors together.
[[nodiscard]] Outcome run(const std::string& command);

/// Calls visit(bytes, position) with each bit turned over once.
template <class Visit>
void each_bit_flip(Bytes bytes, Visit visit) {
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    const auto mask = static_cast<std::uint8_t>(1U << (bit % 8));
    bytes[bit / 8] = static_cast<std::uint8_t>(bytes[bit / 8] ^ mask);
    visit(bytes, bit / 8);
    bytes[bit / 8] = static_cast<std::uint8_t>(bytes[bit / 8] ^ mask);
  }
}

/// Calls visit with every proper beginning.
template <class Visit>
void each_truncation(ByteView bytes, Visit visit) {
  for (std::size_t size = 0; size < bytes.size(); ++size) visit(bytes.first(size));
}

}  // namespace latchkey::ssh::test
