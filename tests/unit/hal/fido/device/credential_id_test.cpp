// SPDX-License-Identifier: MIT
#include "hal/fido/sim/device/credential_id.hpp"

#include <doctest/doctest.h>

#include "tests/unit/hal/fido/crypto/oracle.hpp"
#include "tests/unit/pairing/seeded_random.hpp"

using namespace latchkey;
using namespace latchkey::fido::sim;
using namespace latchkey::fido::sim::test;
using latchkey::test::ScriptedRandom;
using latchkey::test::SeededRandom;

namespace {

using Kind = SigningKey::Kind;

State make_state(crypto::Random& random) {
  std::array<std::uint8_t, 32> wrapping_key{};
  REQUIRE(random.fill(wrapping_key));
  return {.factory = {SigningKey::generate(Kind::p256, random).value(), {}},
          .wrapping_key = wrapping_key};
}

void check_refused(const State& state, ByteView rp_id_hash, ByteView id) {
  const auto opened = unwrap(state, rp_id_hash, id);
  CHECK_FALSE(opened);
  if (!opened) CHECK(opened.error().is(Errc::unauthenticated));
}

const Bytes kRp(32, 0x11);

}  // namespace

TEST_CASE("a credential comes out of its identifier as it went in") {
  SeededRandom random(1);
  const auto state = make_state(random);
  for (const auto kind : {Kind::p256, Kind::ed25519}) {
    for (const auto protection :
         {CredProtect::optional, CredProtect::optional_with_list, CredProtect::required}) {
      const WrappedCredential credential{SigningKey::generate(kind, random).value(), protection};
      const auto id = wrap(state, kRp, credential, random).value();
      CHECK(id.size() <= 96);
      const auto opened = unwrap(state, kRp, id).value();
      CHECK(opened.key.kind() == kind);
      CHECK(opened.key.seed() == credential.key.seed());
      CHECK(opened.key.public_key() == credential.key.public_key());
      CHECK(opened.protection == protection);
    }
  }
}

TEST_CASE("an identifier tells nothing, and is another each time") {
  SeededRandom random(2);
  const auto state = make_state(random);
  const WrappedCredential credential{SigningKey::generate(Kind::p256, random).value()};
  const auto first = wrap(state, kRp, credential, random).value();
  const auto second = wrap(state, kRp, credential, random).value();
  CHECK(first != second);
  CHECK(to_hex(first).find(to_hex(credential.key.seed())) == std::string::npos);
}

TEST_CASE("an identifier with a bit turned over, cut or lengthened is refused") {
  SeededRandom random(3);
  const auto state = make_state(random);
  const WrappedCredential credential{SigningKey::generate(Kind::p256, random).value()};
  const auto id = wrap(state, kRp, credential, random).value();
  REQUIRE(unwrap(state, kRp, id));
  each_bit_flip(id, [&](ByteView flipped) { check_refused(state, kRp, flipped); });
  each_truncation(id, [&](ByteView cut) { check_refused(state, kRp, cut); });
  auto longer = id;
  longer.push_back(0);
  check_refused(state, kRp, longer);
  check_refused(state, kRp, Bytes(255, 0));
}

TEST_CASE("an identifier opens for its relying party and on its key alone") {
  SeededRandom random(4);
  const auto state = make_state(random);
  const auto other = make_state(random);
  const WrappedCredential credential{SigningKey::generate(Kind::p256, random).value()};
  const auto id = wrap(state, kRp, credential, random).value();
  each_bit_flip(kRp, [&](ByteView rp) { check_refused(state, rp, id); });
  check_refused(state, {}, id);
  check_refused(other, kRp, id);
}

TEST_CASE("without randomness no identifier is made") {
  SeededRandom random(5);
  ScriptedRandom nothing({});
  const auto state = make_state(random);
  const WrappedCredential credential{SigningKey::generate(Kind::p256, random).value()};
  CHECK(wrap(state, kRp, credential, nothing).error().is(Errc::entropy));
}
