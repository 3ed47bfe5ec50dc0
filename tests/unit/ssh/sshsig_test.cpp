// SPDX-License-Identifier: MIT
#include "core/ssh/sshsig.hpp"

#include <doctest/doctest.h>

#include "core/crypto/hash.hpp"
#include "core/ssh/wire.hpp"
#include "tests/unit/ssh/support.hpp"

using namespace latchkey;
using namespace latchkey::ssh;
using namespace latchkey::ssh::test;

namespace {

constexpr const char* kAll[] = {"rsa2048", "ecdsa256", "ecdsa384",  "ecdsa521",
                                "ed25519", "sk-ecdsa", "sk-ed25519"};

Bytes golden_blob(std::string_view name) {
  return dearmor(golden(std::string(name) + ".sig")).value();
}

Bytes build(const PublicKey& key, ByteView signature, std::string_view name_space = "n",
            std::string_view hash = "sha512", std::uint32_t version = 1) {
  Writer out;
  out.raw(as_bytes("SSHSIG")).uint32(version).string(key.blob()).string(name_space);
  return out.string("").string(hash).string(signature).bytes();
}

Bytes plain(std::string_view algorithm, std::size_t size) {
  return Writer().string(algorithm).string(Bytes(size, 1)).bytes();
}

}  // namespace

TEST_CASE("signatures of every kind of key are read") {
  for (const auto* name : kAll) {
    CAPTURE(name);
    const auto sig = Sshsig::parse(golden_blob(name)).value();
    const auto key = golden_key(name);
    CHECK(sig.public_key == key);
    CHECK(sig.name_space == "latchkey@golden");
    CHECK(sig.hash_algorithm == "sha512");
    CHECK(sig.signature_algorithm ==
          (key.type() == KeyType::rsa ? "rsa-sha2-512" : key.type_name()));
    CHECK(sig.sk.has_value() == is_security_key(key.type()));
    CHECK(sig.user_present() == is_security_key(key.type()));
    CHECK(sig.user_verified() == is_security_key(key.type()));
    if (sig.sk) CHECK(sig.sk->counter == 7);
    CHECK(armor(golden_blob(name)) == golden(std::string(name) + ".sig"));
  }
  CHECK(Sshsig::parse(golden_blob("ed25519-sha256")).value().hash_algorithm == "sha256");
}

TEST_CASE("presence and verification are two bits of their own") {
  const auto key = golden_key("sk-ed25519");
  const auto with_flags = [&](std::uint8_t flags) {
    const auto raw =
        Writer().string(key.type_name()).string(Bytes(64, 1)).uint8(flags).uint32(9).bytes();
    return Sshsig::parse(build(key, raw)).value();
  };
  CHECK_FALSE(with_flags(0x00).user_present());
  CHECK(with_flags(0x01).user_present());
  CHECK_FALSE(with_flags(0x01).user_verified());
  CHECK(with_flags(0x04).user_verified());
  CHECK_FALSE(with_flags(0x04).user_present());
  CHECK_FALSE(with_flags(0xfa).user_present());
}

TEST_CASE("the algorithm of the signature fits the key") {
  const auto rsa = golden_key("rsa2048");
  CHECK(Sshsig::parse(build(rsa, plain("rsa-sha2-256", 256))));
  CHECK(Sshsig::parse(build(rsa, plain("rsa-sha2-512", 256))));
  CHECK_FALSE(Sshsig::parse(build(rsa, plain("ssh-rsa", 256))));
  CHECK_FALSE(Sshsig::parse(build(rsa, plain("rsa-sha2-512", 257))));
  CHECK_FALSE(Sshsig::parse(build(rsa, plain("rsa-sha2-512", 0))));
  CHECK_FALSE(Sshsig::parse(build(rsa, plain("ssh-ed25519", 64))));
  const auto ed25519 = golden_key("ed25519");
  CHECK(Sshsig::parse(build(ed25519, plain("ssh-ed25519", 64))));
  CHECK_FALSE(Sshsig::parse(build(ed25519, plain("ssh-ed25519", 63))));
  CHECK_FALSE(Sshsig::parse(build(ed25519, plain("sk-ssh-ed25519@openssh.com", 64))));
  const auto sk = golden_key("sk-ed25519");
  CHECK_FALSE(Sshsig::parse(build(sk, plain("sk-ssh-ed25519@openssh.com", 64))));
  CHECK(Sshsig::parse(build(golden_key("sk-ecdsa"),
                            plain("webauthn-" + golden_key("sk-ecdsa").type_name(), 8)))
            .error()
            .is(Errc::unsupported));
}

TEST_CASE("an ECDSA signature is two numbers of the right size") {
  const auto key = golden_key("ecdsa256");
  const auto with = [&](ByteView r, ByteView s) {
    const auto numbers = Writer().mpint(r).mpint(s).bytes();
    return Sshsig::parse(build(key, Writer().string(key.type_name()).string(numbers).bytes()));
  };
  CHECK(with(Bytes(32, 0xff), Bytes{1}));
  CHECK_FALSE(with(Bytes(33, 0xff), Bytes{1}));
  CHECK_FALSE(with(Bytes{0}, Bytes{1}));
  CHECK_FALSE(with(Bytes{1}, Bytes{}));
}

TEST_CASE("other versions, hashes, namespaces and keys are refused") {
  const auto key = golden_key("ed25519");
  const auto raw = plain("ssh-ed25519", 64);
  CHECK(Sshsig::parse(build(key, raw, "n", "sha512", 2)).error().is(Errc::unsupported));
  CHECK(Sshsig::parse(build(key, raw, "n", "sha1")).error().is(Errc::unsupported));
  CHECK(Sshsig::parse(build(key, raw, "")).error().is(Errc::malformed));
  CHECK(Sshsig::parse(build(key, raw, std::string("n\0m", 3))).error().is(Errc::malformed));
  CHECK(Sshsig::parse(build(key, raw, std::string(256, 'n'))).error().is(Errc::too_large));
  for (const auto* name : {"dsa", "ecdsa256-cert"}) {
    const auto foreign = golden_key(name);
    const auto signature = plain(foreign.type_name(), 40);
    CHECK(Sshsig::parse(build(foreign, signature)).error().is(Errc::unsupported));
  }
}

TEST_CASE("each truncation and each added byte of a signature is refused") {
  for (const auto* name : kAll) {
    CAPTURE(name);
    auto blob = golden_blob(name);
    each_truncation(blob, [](ByteView cut) { REQUIRE_FALSE(Sshsig::parse(cut)); });
    blob.push_back(0);
    CHECK(Sshsig::parse(blob).error().is(Errc::trailing_bytes));
  }
}

TEST_CASE("each flipped bit of a signature is refused or changes what was read") {
  for (const auto* name : kAll) {
    CAPTURE(name);
    const auto blob = golden_blob(name);
    const auto before = Sshsig::parse(blob).value();
    each_bit_flip(blob, [&](const Bytes& flipped, std::size_t) {
      const auto sig = Sshsig::parse(flipped);
      if (!sig) return;
      const bool same_state = !sig->sk || (sig->sk->flags == before.sk->flags &&
                                           sig->sk->counter == before.sk->counter);
      const bool same = sig->public_key == before.public_key &&
                        sig->name_space == before.name_space &&
                        sig->signature_algorithm == before.signature_algorithm &&
                        sig->signature == before.signature && same_state;
      REQUIRE_FALSE(same);
      REQUIRE(sig->hash_algorithm == before.hash_algorithm);
    });
  }
}

TEST_CASE("what is signed names the namespace and the hash") {
  const auto message = golden("message");
  const auto expected = Writer()
                            .raw(as_bytes("SSHSIG"))
                            .string("ns")
                            .string("")
                            .string("sha256")
                            .string(ByteView(crypto::sha256(as_bytes(message)).value()))
                            .bytes();
  CHECK(signed_data("ns", "sha256", as_bytes(message)).value() == expected);
  CHECK(signed_data("ns", "sha512", as_bytes(message)).value().size() == expected.size() + 32);
  CHECK(signed_data("ns", "md5", as_bytes(message)).error().is(Errc::unsupported));
}
