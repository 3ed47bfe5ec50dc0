// SPDX-License-Identifier: MIT
#include "core/ssh/public_key.hpp"

#include <doctest/doctest.h>

#include "core/ssh/wire.hpp"
#include "tests/unit/ssh/support.hpp"

using namespace latchkey;
using namespace latchkey::ssh;
using namespace latchkey::ssh::test;

namespace {

Bytes rsa_blob(ByteView exponent, ByteView modulus) {
  return Writer().string("ssh-rsa").string(exponent).string(modulus).bytes();
}

Bytes rsa_of_bits(unsigned bits) {
  Bytes modulus((bits + 7) / 8, 0xff);
  modulus.front() = static_cast<std::uint8_t>(0xffU >> (modulus.size() * 8 - bits));
  return Writer().string("ssh-rsa").mpint(Bytes{1, 0, 1}).mpint(modulus).bytes();
}

}  // namespace

TEST_CASE("every kind of key that ssh-keygen makes is read") {
  struct Expected {
    const char* name;
    const char* type_name;
    std::size_t point;
    KeyType type;
    unsigned bits;
  };
  constexpr Expected kExpected[] = {
      {"rsa1024", "ssh-rsa", 0, KeyType::rsa, 1024},
      {"rsa2048", "ssh-rsa", 0, KeyType::rsa, 2048},
      {"rsa3072", "ssh-rsa", 0, KeyType::rsa, 3072},
      {"dsa", "ssh-dss", 0, KeyType::dsa, 1024},
      {"ecdsa256", "ecdsa-sha2-nistp256", 65, KeyType::ecdsa_p256, 256},
      {"ecdsa384", "ecdsa-sha2-nistp384", 97, KeyType::ecdsa_p384, 384},
      {"ecdsa521", "ecdsa-sha2-nistp521", 133, KeyType::ecdsa_p521, 521},
      {"ed25519", "ssh-ed25519", 32, KeyType::ed25519, 256},
      {"ecdsa256-cert", "ecdsa-sha2-nistp256-cert-v01@openssh.com", 0, KeyType::certificate, 0},
      {"sk-ed25519", "sk-ssh-ed25519@openssh.com", 32, KeyType::sk_ed25519, 256},
      {"sk-ecdsa", "sk-ecdsa-sha2-nistp256@openssh.com", 65, KeyType::sk_ecdsa_p256, 256},
  };
  for (const auto& expected : kExpected) {
    CAPTURE(expected.name);
    const auto key = golden_key(expected.name);
    CHECK(key.type() == expected.type);
    CHECK(key.type_name() == expected.type_name);
    CHECK(key.bits() == expected.bits);
    CHECK(key.point().size() == expected.point);
    CHECK(is_security_key(key.type()) == key.type_name().starts_with("sk-"));
    CHECK(key.application() == (is_security_key(key.type()) ? "ssh:golden" : ""));
  }
}

TEST_CASE("security keys are built from point and application") {
  const auto ed25519 = golden_key("sk-ed25519");
  CHECK(PublicKey::make_sk_ed25519(ed25519.point(), "ssh:golden").value() == ed25519);
  const auto ecdsa = golden_key("sk-ecdsa");
  CHECK(PublicKey::make_sk_ecdsa_p256(ecdsa.point(), "ssh:golden").value() == ecdsa);
  CHECK_FALSE(PublicKey::make_sk_ed25519(ecdsa.point(), "ssh:golden"));
  CHECK_FALSE(PublicKey::make_sk_ecdsa_p256(ed25519.point(), "ssh:golden"));
}

TEST_CASE("the application of a security key is bounded and printable") {
  const auto make = [point = to_bytes(golden_key("ed25519").point())](const std::string& text) {
    return PublicKey::make_sk_ed25519(point, text);
  };
  CHECK(make(std::string(kMaxApplication, 'a')));
  CHECK(make(std::string(kMaxApplication + 1, 'a')).error().is(Errc::too_large));
  for (const std::string text : {"", "ssh:\n", "ssh:\x1b[2J", "ssh:\xc3\xa9", "ssh:\x7f"}) {
    CHECK(make(text).error().is(Errc::malformed));
  }
  CHECK(make(std::string("ssh:\0", 5)).error().is(Errc::malformed));
}

TEST_CASE("weak and foreign keys are refused, each with its own sentence") {
  const auto sentence = [](std::string_view name) {
    return check_strength(golden_key(name)).error().message();
  };
  CHECK(sentence("dsa").find("DSA") != std::string::npos);
  CHECK(sentence("rsa1024").find("1024 bits is too weak") != std::string::npos);
  CHECK(sentence("ecdsa256-cert").find("certificate") != std::string::npos);
  for (const auto* name : {"rsa2048", "rsa3072", "ecdsa256", "ecdsa384", "ecdsa521", "ed25519",
                           "sk-ed25519", "sk-ecdsa"}) {
    CAPTURE(name);
    CHECK(check_strength(golden_key(name)));
  }
  const auto unknown = PublicKey::parse(Writer().string("ssh-future").string("x").bytes()).value();
  CHECK(unknown.type() == KeyType::unknown);
  CHECK(check_strength(unknown).error().is(Errc::unsupported));
  CHECK(check_strength(unknown).error().message().find("ssh-future") != std::string::npos);
}

TEST_CASE("RSA is taken from 2048 to 16384 bits exactly") {
  const auto check = [](unsigned bits) {
    const auto key = PublicKey::parse(rsa_of_bits(bits)).value();
    CHECK(key.bits() == bits);
    return check_strength(key);
  };
  CHECK(check(2047).error().is(Errc::refused));
  CHECK(check(2048));
  CHECK(check(16384));
  CHECK(check(16385).error().is(Errc::refused));
}

TEST_CASE("RSA numbers are positive and in their shortest form") {
  const Bytes exponent{1, 0, 1};
  const Bytes modulus{0, 0xc1, 0x23};
  CHECK(PublicKey::parse(rsa_blob(exponent, modulus)));
  CHECK_FALSE(PublicKey::parse(rsa_blob(exponent, Bytes{0xc1, 0x23})));
  CHECK_FALSE(PublicKey::parse(rsa_blob(exponent, Bytes{0, 0, 0xc1, 0x23})));
  CHECK_FALSE(PublicKey::parse(rsa_blob(exponent, Bytes{})));
  CHECK_FALSE(PublicKey::parse(rsa_blob(Bytes{}, modulus)));
  CHECK_FALSE(PublicKey::parse(rsa_blob(Bytes{0, 1, 0, 1}, modulus)));
}

TEST_CASE("the curve that is named must be the curve of the type") {
  const auto point = to_bytes(golden_key("ecdsa256").point());
  const auto blob = [&](std::string_view type, std::string_view curve) {
    return Writer().string(type).string(curve).string(point).bytes();
  };
  CHECK(PublicKey::parse(blob("ecdsa-sha2-nistp256", "nistp256")));
  CHECK_FALSE(PublicKey::parse(blob("ecdsa-sha2-nistp256", "nistp384")));
  CHECK_FALSE(PublicKey::parse(blob("ecdsa-sha2-nistp384", "nistp384")));
  CHECK_FALSE(PublicKey::parse(blob("ecdsa-sha2-nistp256", "")));
}

TEST_CASE("type names are words of at most 64 characters") {
  const auto parse = [](const std::string& name) {
    return PublicKey::parse(Writer().string(name).bytes());
  };
  CHECK(parse(std::string(64, 'a')));
  for (const auto& name : {std::string(65, 'a'), std::string(), std::string("a b"),
                           std::string("a,b"), std::string("a\nb"), std::string("\xff")}) {
    CHECK(parse(name).error().is(Errc::malformed));
  }
}

TEST_CASE("a blob of 16 KiB is the largest that is looked at") {
  Writer out;
  out.string("ssh-future");
  auto blob = out.bytes();
  blob.resize(kMaxBlob);
  CHECK(PublicKey::parse(blob));
  blob.resize(kMaxBlob + 1);
  CHECK(PublicKey::parse(blob).error().is(Errc::too_large));
}

TEST_CASE("each truncation and each added byte of a key blob is refused") {
  for (const auto* name : {"rsa2048", "dsa", "ecdsa256", "ecdsa384", "ecdsa521", "ed25519",
                           "sk-ed25519", "sk-ecdsa"}) {
    CAPTURE(name);
    auto blob = golden_key(name).blob();
    each_truncation(blob, [](ByteView cut) { REQUIRE_FALSE(PublicKey::parse(cut)); });
    blob.push_back(0);
    CHECK(PublicKey::parse(blob).error().is(Errc::trailing_bytes));
  }
}

TEST_CASE("each flipped bit of a key blob is refused or is another key, kept bit for bit") {
  for (const auto* name : {"rsa2048", "dsa", "ecdsa256", "ecdsa521", "ed25519", "sk-ed25519",
                           "sk-ecdsa", "ecdsa256-cert"}) {
    CAPTURE(name);
    const auto key = golden_key(name);
    const auto is_ecdsa = key.point().size() > 32;
    const auto point_start = static_cast<std::size_t>(key.point().data() - key.blob().data());
    each_bit_flip(key.blob(), [&](const Bytes& flipped, std::size_t at) {
      const auto other = PublicKey::parse(flipped);
      if (!other) return;
      REQUIRE(other->blob() == flipped);
      REQUIRE_FALSE(*other == key);
      // No single bit takes a point to another one on its curve, under the same name.
      const bool in_point = at >= point_start && at < point_start + key.point().size();
      REQUIRE_FALSE((is_ecdsa && in_point && other->type() == key.type()));
    });
  }
}
