// SPDX-License-Identifier: MIT
#include "tests/unit/hal/fido/key/key_bench.hpp"

#include <doctest/doctest.h>
#include <openssl/evp.h>
#include <sys/eventfd.h>

#include <utility>

#include "core/attest/signature.hpp"
#include "core/crypto/hash.hpp"

namespace latchkey::test {
using namespace fido;

namespace {

struct FreeKey {
  void operator()(EVP_PKEY* key) const noexcept { EVP_PKEY_free(key); }
};
struct FreeContext {
  void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
};

bool verify_ed25519(ByteView key, ByteView message, ByteView signature) {
  const std::unique_ptr<EVP_PKEY, FreeKey> parsed(
      EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, key.data(), key.size()));
  const std::unique_ptr<EVP_MD_CTX, FreeContext> context(EVP_MD_CTX_new());
  return EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, parsed.get()) == 1 &&
         EVP_DigestVerify(context.get(), signature.data(), signature.size(), message.data(),
                          message.size()) == 1;
}

void append(Bytes& to, ByteView bytes) {
  for (const auto byte : bytes) to.push_back(byte);
}

}  // namespace

Pin pin(std::string_view typed) {
  auto made = Pin::from(typed);
  REQUIRE(made.has_value());
  return *std::move(made);
}

MakeRequest request(Algorithm algorithm) {
  MakeRequest made;
  made.user = "alice";
  made.algorithm = algorithm;
  made.challenge = Bytes(32, 0xC4);
  return made;
}

KeyBench::KeyBench(sim::Model made)
    : bench(std::move(made)), interrupt_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

Attempt<std::unique_ptr<SecurityKey>> KeyBench::try_open() {
  return open_libfido2_key({"/dev/hidraw7", "a key"}, bench.open_stream(),
                           {bench.clock(), interrupt_.number(), true, patience});
}

std::unique_ptr<SecurityKey> KeyBench::open() {
  auto opened = try_open();
  REQUIRE(opened.has_value());
  return *std::move(opened);
}

void KeyBench::set_pin(std::string_view typed) {
  REQUIRE(fido_dev_set_pin(bench.open().get(), std::string(typed).c_str(), nullptr) == FIDO_OK);
}

void KeyBench::interrupt() const {
  const std::uint64_t one = 1;
  REQUIRE(::write(interrupt_.number(), &one, sizeof one) == sizeof one);
}

void KeyBench::calm() const {
  std::uint64_t count = 0;
  REQUIRE(::read(interrupt_.number(), &count, sizeof count) == sizeof count);
}

bool holds(const Assertion& assertion, const ssh::PublicKey& key, ByteView message) {
  Bytes signed_bytes;
  append(signed_bytes, crypto::sha256(as_bytes(key.application())).value());
  signed_bytes.push_back(assertion.flags);
  for (int shift = 24; shift >= 0; shift -= 8) {
    signed_bytes.push_back(static_cast<std::uint8_t>(assertion.counter >> shift));
  }
  append(signed_bytes, crypto::sha256(message).value());
  if (key.type() == ssh::KeyType::sk_ed25519) {
    return verify_ed25519(key.point(), signed_bytes, assertion.signature);
  }
  return attest::verify_es256(key.point(), signed_bytes, assertion.signature).has_value();
}

}  // namespace latchkey::test
