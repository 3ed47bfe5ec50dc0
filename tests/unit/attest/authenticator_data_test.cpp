// SPDX-License-Identifier: MIT
#include "core/attest/authenticator_data.hpp"

#include <doctest/doctest.h>

#include "core/attest/attestation.hpp"
#include "tests/unit/attest/registration.hpp"

using namespace latchkey;
using namespace latchkey::attest;
using namespace latchkey::attest::test;

namespace {

Result<AuthenticatorData> parse(const Registration& registration) {
  return parse_authenticator_data(registration.authenticator_data(), registration.application);
}

/// With other bytes for the key, and what follows it.
Error with_key(const std::string& hex, std::uint8_t flags = 0x41) {
  const Registration registration{.flags = flags};
  auto data = registration.authenticator_data();
  data.resize(data.size() - registration.cose_key().size());
  append(data, from_hex(hex).value());
  const auto parsed = parse_authenticator_data(data, "ssh:");
  return parsed ? Error{} : parsed.error();
}

const std::string kX(64, '1');

}  // namespace

TEST_CASE("every field is read") {
  const Registration registration{.application = "ssh:work",
                                  .flags = 0x45,
                                  .counter = 0x01020304,
                                  .credential_id = text("handle")};
  const auto data = parse(registration).value();
  CHECK(to_hex(data.rp_id_hash) == to_hex(sha256(text("ssh:work"))));
  CHECK(data.user_present);
  CHECK(data.user_verified);
  CHECK(data.counter == 0x01020304);
  CHECK(to_hex(data.aaguid) == to_hex(registration.aaguid));
  CHECK(data.credential_id == text("handle"));
  CHECK(data.key == registration.ssh_key());
  CHECK(data.key.application() == "ssh:work");
}

TEST_CASE("an Ed25519 key is read") {
  const Registration registration{.key = Key::ed25519(), .ed25519 = true};
  CHECK(parse(registration).value().key == registration.ssh_key());
}

TEST_CASE("reserved flags say nothing") {
  const Registration registration{.flags = 0x7b};
  const auto data = parse(registration).value();
  CHECK(data.user_present);
  CHECK_FALSE(data.user_verified);
}

TEST_CASE("flags and what is there agree") {
  CHECK(parse({.flags = 0x01}).error().is(Errc::malformed));              // no credential
  CHECK(parse({.flags = 0xc1}).error().is(Errc::truncated));              // no extensions
  CHECK(parse({.extensions = {0xa0}}).error().is(Errc::trailing_bytes));  // not announced
}

TEST_CASE("extensions are a map of names to well-formed values, and nothing is behind") {
  const auto with = [](const std::string& hex) {
    return parse({.flags = 0xc1, .extensions = from_hex(hex).value()});
  };
  CHECK(with("a0"));
  CHECK(with("a16b6372656450726f7465637403"));
  CHECK(with("a26b6372656450726f74656374036b686d61632d736563726574f5"));
  CHECK(with("a16161818101"));
  CHECK(with("a00a").error().is(Errc::trailing_bytes));
  CHECK(with("80").error().is(Errc::malformed));
  CHECK(with("a10101").error().is(Errc::malformed));
  CHECK(with("a1616118").error().is(Errc::truncated));
  CHECK(with("bf616101ff").error().is(Errc::malformed));
  CHECK(with("b1616101").error().is(Errc::too_large));
}

TEST_CASE("credential ids are of 1 to 1023 bytes") {
  CHECK(parse({.credential_id = Bytes(1, 1)}));
  CHECK(parse({.credential_id = Bytes(1023, 1)}));
  CHECK(parse({.credential_id = Bytes()}).error().is(Errc::malformed));
  CHECK(parse({.credential_id = Bytes(1024, 1)}).error().is(Errc::malformed));
}

TEST_CASE("keys of other kinds are unsupported") {
  CHECK(with_key("a5010203382220022158"
                 "20" +
                 kX + "225820" + kX)
            .is(Errc::unsupported));  // ES384
  CHECK(with_key("a501020326200221"
                 "5820" +
                 kX + "225820" + kX)
            .is(Errc::unsupported));  // P-384
  CHECK(with_key("a401010327200721"
                 "5820" +
                 kX)
            .is(Errc::unsupported));  // Ed448
  CHECK(with_key("a401030339010020"
                 "41012143010001")
            .is(Errc::unsupported));  // RS256
}

TEST_CASE("a COSE key has its members, in their order, once") {
  const Registration registration;
  const auto good = to_hex(registration.cose_key());
  CHECK(good.starts_with("a50102032620012158"));
  CHECK(with_key(good).code == std::error_code{});
  CHECK(with_key("a503260102200121" + good.substr(16)).is(Errc::malformed));
  CHECK(with_key("a601020102032620012158" + good.substr(18)).is(Errc::malformed));
  CHECK(with_key("a4" + good.substr(2)).is(Errc::malformed));
  CHECK(with_key("a501010326200121" + good.substr(16)).is(Errc::malformed));  // OKP with ES256
  CHECK(with_key("a5010203262001"
                 "21581f" +
                 kX.substr(2) + "225820" + kX)
            .is(Errc::malformed));
  CHECK(with_key("a5010203262001"
                 "215821" +
                 kX +
                 "00"
                 "225820" +
                 kX)
            .is(Errc::too_large));
  CHECK(with_key("a5010203262001"
                 "215820" +
                 kX + "22f5")
            .is(Errc::malformed));  // compressed
  CHECK(with_key("a5010203262001"
                 "215820" +
                 kX + "225820" + kX)
            .is(Errc::malformed));  // no point
  CHECK(with_key("").is(Errc::truncated));
  CHECK(with_key("80").is(Errc::malformed));
}

TEST_CASE("the relying party is the application's, which starts with ssh:") {
  CHECK(parse({.hashed_application = "ssh:x"}).error().is(Errc::refused));
  CHECK(parse({.application = "example.org"}).error().is(Errc::refused));
  CHECK(
      parse_authenticator_data(Registration{}.authenticator_data(), "").error().is(Errc::refused));
}

TEST_CASE("each truncation and each byte behind is refused") {
  for (const auto& registration :
       {Registration{}, Registration{.flags = 0xc1, .extensions = {0xa1, 0x61, 0x61, 0x01}},
        Registration{.key = Key::ed25519(), .ed25519 = true}}) {
    auto data = registration.authenticator_data();
    for (std::size_t size = 0; size < data.size(); ++size) {
      const auto cut = parse_authenticator_data(ByteView(data).first(size), "ssh:");
      CHECK(cut.error().is(Errc::truncated));
    }
    data.push_back(0);
    CHECK(parse_authenticator_data(data, "ssh:").error().is(Errc::trailing_bytes));
  }
  CHECK(parse_authenticator_data(Bytes(kMaxAuthenticatorData + 1), "ssh:")
            .error()
            .is(Errc::too_large));
}
