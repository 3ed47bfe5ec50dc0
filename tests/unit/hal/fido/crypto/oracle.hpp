// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "hal/fido/sim/crypto/signing_key.hpp"
#include "hal/process/runner.hpp"

/// Other implementations, which say whether a simulated key tells the truth.
namespace latchkey::fido::sim::test {

/// Runs a program; `folder/NAME` files are the caller's.
[[nodiscard]] process::Finished run(std::vector<std::string> arguments, ByteView input = {});
void write_file(const std::string& path, ByteView contents);

/// X.509's SubjectPublicKeyInfo in DER: 65 bytes are a P-256 point, 32 an Ed25519 key.
[[nodiscard]] Bytes subject_public_key_info(ByteView public_key);

/// ECDSA with SHA-256, by mbedTLS.
[[nodiscard]] bool mbedtls_verifies(ByteView public_key, ByteView message, ByteView signature);
/// ECDSA with SHA-256 or EdDSA, by the program openssl.
[[nodiscard]] bool openssl_verifies(ByteView public_key, ByteView message, ByteView signature);

/// Always the same byte.
class ConstantRandom final : public crypto::Random {
 public:
  explicit ConstantRandom(std::uint8_t byte) : byte_(byte) {}
  [[nodiscard]] Result<void> fill(std::span<std::uint8_t> output) override {
    for (auto& byte : output) byte = byte_;
    return {};
  }

 private:
  std::uint8_t byte_;
};

/// Calls visit with each single bit turned over once.
template <class Visit>
void each_bit_flip(Bytes bytes, Visit visit) {
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    const auto mask = static_cast<std::uint8_t>(1U << (bit % 8));
    bytes[bit / 8] = static_cast<std::uint8_t>(bytes[bit / 8] ^ mask);
    visit(bytes);
    bytes[bit / 8] = static_cast<std::uint8_t>(bytes[bit / 8] ^ mask);
  }
}

/// Calls visit with every proper beginning.
template <class Visit>
void each_truncation(ByteView bytes, Visit visit) {
  for (std::size_t size = 0; size < bytes.size(); ++size) visit(bytes.first(size));
}

}  // namespace latchkey::fido::sim::test
