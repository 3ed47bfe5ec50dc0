// SPDX-License-Identifier: MIT
// What a forger would try, each against the judgement as a whole.
#include <doctest/doctest.h>

#include "core/ssh/wire.hpp"
#include "tests/unit/attest/registration.hpp"

using namespace latchkey;
using namespace latchkey::attest;
using namespace latchkey::attest::test;

namespace {

void says(const Judgement& judgement, Grade grade, std::string_view words) {
  CAPTURE(judgement.why);
  CHECK(judgement.grade == grade);
  CHECK(judgement.why.find(words) != std::string::npos);
  CHECK(judgement.root.empty());
}

}  // namespace

TEST_CASE("an invented certificate proves nothing") {
  const World world;
  const Registration registration;
  says(world.judge(registration.packed(self_signed({})), registration), Grade::unknown_root,
       "no trusted root");
  // One that bears the root's name.
  const auto impostor = self_signed(authority("Test Root"));
  says(world.judge(registration.packed(issue(impostor, {})), registration), Grade::unknown_root,
       "\"Test Root\"");
  // The root itself, sent along by the one who made it.
  says(world.judge(registration.packed(issue(impostor, {}), {impostor.der}), registration),
       Grade::unknown_root, "no trusted root");
}

TEST_CASE("a challenge of another time or another Pi is noticed") {
  const World world;
  const Registration registration;
  const auto leaf = issue(world.root, {});
  auto now = registration;
  now.challenge.back() ^= 1U;
  says(world.judge(registration.packed(leaf), now), Grade::invalid, "another challenge");
  says(world.judge(registration.u2f(leaf), now), Grade::invalid, "another challenge");
  says(world.judge(registration.self(), now), Grade::invalid, "another challenge");
  now.challenge.clear();
  says(world.judge(registration.packed(leaf), now), Grade::invalid, "another challenge");
}

TEST_CASE("a credential for another relying party is refused") {
  const World world;
  for (const auto* party : {"example.org", "ssh:other", "SSH:", "ssh"}) {
    CAPTURE(party);
    const Registration registration{.hashed_application = party};
    const auto leaf = issue(world.root, {});
    says(world.judge(registration.packed(leaf), registration), Grade::invalid,
         "another application");
    says(world.judge(registration.u2f(leaf), registration), Grade::invalid, "another application");
    says(world.judge(registration.self(), registration), Grade::invalid, "another application");
  }
}

TEST_CASE("an application that is not ssh: is refused, although all else fits") {
  const World world;
  for (const auto* application : {"example.org", "https://ssh:", "SSH:", "ssh"}) {
    CAPTURE(application);
    const Registration registration{.application = application};
    const auto leaf = issue(world.root, {});
    says(world.judge(registration.packed(leaf), registration), Grade::invalid, "ssh:");
    says(world.judge(registration.u2f(leaf), registration), Grade::invalid, "ssh:");
  }
}

TEST_CASE("what was made without a touch is refused where that is signed") {
  const World world;
  const Registration registration{.flags = 0x44};
  says(world.judge(registration.packed(issue(world.root, {})), registration), Grade::invalid,
       "touch");
  says(world.judge(registration.self(), registration), Grade::invalid, "touch");
}

TEST_CASE("one format is not taken for the other") {
  const World world;
  const Registration registration;
  const auto leaf = issue(world.root, {});
  auto packed = registration.packed(leaf);
  packed.format = Format::fido_u2f;
  says(world.judge(packed, registration), Grade::invalid, "signature");
  auto u2f = registration.u2f(leaf);
  u2f.format = Format::packed;
  says(world.judge(u2f, registration), Grade::invalid, "signature");
}

TEST_CASE("another key's attestation is refused") {
  const World world;
  const Registration attested;
  const Registration offered;
  const auto leaf = issue(world.root, {});
  says(world.judge(attested.packed(leaf), offered), Grade::invalid, "another key");
  says(world.judge(attested.u2f(leaf), offered), Grade::invalid, "another key");
  // The same point as an ordinary key: no security key's.
  ssh::Writer blob;
  blob.string("ecdsa-sha2-nistp256").string("nistp256").string(attested.key.point());
  const auto ordinary = ssh::PublicKey::parse(blob.bytes()).value();
  const auto attestation = attested.packed(leaf);
  const auto judgement = attest::judge({attestation, attested.challenge, ordinary}, world.roots,
                                       world.intermediates, kNow);
  says(judgement, Grade::invalid, "no security key");
}

TEST_CASE("expired and not yet valid certificates are refused, while the clock is set") {
  World world;
  const Registration registration;
  CertificateSpec old;
  old.not_after = kNow - std::chrono::seconds{1};
  CertificateSpec young;
  young.not_before = kNow + std::chrono::seconds{1};
  const auto expired = registration.packed(issue(world.root, old));
  const auto early = registration.packed(issue(world.root, young));
  says(world.judge(expired, registration), Grade::invalid, "expired on 2030-06-14");
  says(world.judge(early, registration), Grade::invalid, "valid only from 2030-06-15");
  world.now = std::nullopt;
  CHECK(world.judge(expired, registration).grade == Grade::hardware);
  CHECK(world.judge(early, registration).grade == Grade::hardware);
}

TEST_CASE("sizes beyond any attestation's are refused") {
  const World world;
  const Registration registration;
  const auto good = registration.packed(issue(world.root, {}));
  auto big = good;
  big.authenticator_data.resize(kMaxAuthenticatorData + 1);
  says(world.judge(big, registration), Grade::invalid, "larger");
  big = good;
  big.signature.resize(kMaxSignature + 1);
  says(world.judge(big, registration), Grade::invalid, "larger");
  big = good;
  big.chain.resize(kMaxChain + 1, world.root.der);
  says(world.judge(big, registration), Grade::invalid, "larger");
  big = good;
  big.chain.front().resize(kMaxCertificate + 1);
  says(world.judge(big, registration), Grade::invalid, "larger");
}

TEST_CASE("certificates that cannot be read are refused, also behind a good leaf") {
  const World world;
  const Registration registration;
  const auto leaf = issue(world.root, {});
  for (const auto& junk : {Bytes{}, Bytes{0x30}, Bytes(100, 0), text("not a certificate")}) {
    says(world.judge(registration.packed(leaf, {junk}), registration), Grade::invalid, "read");
    auto attestation = registration.packed(leaf);
    attestation.chain.front() = junk;
    says(world.judge(attestation, registration), Grade::invalid, "read");
  }
  auto trailing = registration.packed(leaf);
  trailing.chain.front().push_back(0);
  says(world.judge(trailing, registration), Grade::invalid, "read");
}

namespace {

/// Cuts and flips one field of an attestation everywhere.
template <class Field, class Harmless>
void damage(const World& world, const Registration& registration, const Attestation& good,
            Field field, Harmless harmless) {
  const auto size = field(good).size();
  for (std::size_t i = 0; i < size; ++i) {
    auto cut = good;
    auto& bytes = field(cut);
    bytes.resize(i);
    CHECK(world.judge(cut, registration).grade != Grade::hardware);
    for (unsigned bit = 0; bit < 8; ++bit) {
      auto flipped = good;
      auto& changed = field(flipped);
      changed.at(i) = static_cast<std::uint8_t>(changed.at(i) ^ (1U << bit));
      const auto judgement = world.judge(flipped, registration);
      if (harmless(i, bit)) {
        CHECK(judgement.grade == Grade::hardware);
      } else if (judgement.grade == Grade::hardware) {
        FAIL("byte " << i << ", bit " << bit);
      }
    }
  }
  auto longer = good;
  auto& bytes = field(longer);
  bytes.push_back(0);
  CHECK(world.judge(longer, registration).grade != Grade::hardware);
}

auto& authenticator_data_of(auto& attestation) { return attestation.authenticator_data; }
auto& signature_of(auto& attestation) { return attestation.signature; }
auto& leaf_of(auto& attestation) { return attestation.chain.front(); }

constexpr auto kNever = [](std::size_t, unsigned) { return false; };

}  // namespace

TEST_CASE("no cut and no flipped bit of a packed attestation leaves it hardware") {
  const World world;
  const Registration registration;
  const auto good =
      registration.packed(issue(world.root, {.aaguid = aaguid_value(registration.aaguid)}));
  REQUIRE(world.judge(good, registration).grade == Grade::hardware);
  damage(
      world, registration, good, [](auto& a) -> auto& { return authenticator_data_of(a); }, kNever);
  damage(
      world, registration, good, [](auto& a) -> auto& { return signature_of(a); }, kNever);
  damage(
      world, registration, good, [](auto& a) -> auto& { return leaf_of(a); }, kNever);
}

TEST_CASE("nor of a fido-u2f attestation, but for what it does not sign") {
  const World world;
  const Registration registration;
  const auto good = registration.u2f(issue(world.root, {}));
  REQUIRE(world.judge(good, registration).grade == Grade::hardware);
  const auto unsigned_here = [](std::size_t byte, unsigned bit) {
    constexpr std::size_t kFlags = 32;
    constexpr std::size_t kAfterAaguid = 53;
    if (byte == kFlags) return bit < 6;  // attested data and extensions say what follows
    return byte > kFlags && byte < kAfterAaguid;
  };
  damage(
      world, registration, good, [](auto& a) -> auto& { return authenticator_data_of(a); },
      unsigned_here);
  damage(
      world, registration, good, [](auto& a) -> auto& { return signature_of(a); }, kNever);
}

TEST_CASE("no flipped bit of the challenge leaves it hardware") {
  const World world;
  const Registration registration;
  const auto good = registration.packed(issue(world.root, {}));
  for (std::size_t bit = 0; bit < registration.challenge.size() * 8; ++bit) {
    auto other = registration;
    auto& byte = other.challenge.at(bit / 8);
    byte = static_cast<std::uint8_t>(byte ^ (1U << (bit % 8)));
    CHECK(world.judge(good, other).grade == Grade::invalid);
  }
}
