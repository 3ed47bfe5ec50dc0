// SPDX-License-Identifier: MIT
#include "core/attest/judgement.hpp"

#include <doctest/doctest.h>

#include "tests/unit/attest/registration.hpp"

using namespace latchkey;
using namespace latchkey::attest;
using namespace latchkey::attest::test;

namespace {

void says(const Judgement& judgement, Grade grade, std::string_view words) {
  CAPTURE(judgement.why);
  CHECK(judgement.grade == grade);
  CHECK(judgement.why.find(words) != std::string::npos);
}

}  // namespace

TEST_CASE("a packed attestation by a leaf under a trusted root is hardware") {
  const World world;
  const Registration registration;
  const auto judgement = world.judge(registration.packed(issue(world.root, {})), registration);
  CHECK(judgement.why.empty());
  CHECK(judgement.grade == Grade::hardware);
  CHECK(judgement.root == "Test Root");
  CHECK(judgement.model == "Test Key Serial 1");
  CHECK(to_hex(judgement.aaguid.value()) == to_hex(registration.aaguid));
  CHECK(judgement.user_present);
  CHECK_FALSE(judgement.user_verified);
}

TEST_CASE("so is one for an Ed25519 key, one with a PIN, one for another ssh: application") {
  const World world;
  const Registration ed25519{.key = Key::ed25519(), .ed25519 = true};
  CHECK(world.judge(ed25519.packed(issue(world.root, {})), ed25519).grade == Grade::hardware);

  const Registration verified{.flags = 0x45};
  CHECK(world.judge(verified.packed(issue(world.root, {})), verified).user_verified);

  const Registration other{.application = "ssh:work"};
  CHECK(world.judge(other.packed(issue(world.root, {})), other).grade == Grade::hardware);
}

TEST_CASE("credProtect and hmac-secret in the authenticator data are covered and passed over") {
  const World world;
  auto extensions = Bytes{0xa2, 0x6b};
  append(extensions, text("credProtect"));
  append(extensions, Bytes{0x03, 0x6b});
  append(extensions, text("hmac-secret"));
  extensions.push_back(0xf5);
  const Registration registration{.flags = 0xc1, .extensions = extensions};
  const auto attestation = registration.packed(issue(world.root, {}));
  CHECK(world.judge(attestation, registration).grade == Grade::hardware);
  auto weaker = attestation;
  weaker.authenticator_data.at(weaker.authenticator_data.size() - 14) = 0x01;  // credProtect: 1
  says(world.judge(weaker, registration), Grade::invalid, "signature");
}

TEST_CASE("leaves sign with ES256, ES384, ES512 or RS256") {
  const World world;
  const Registration registration;
  const std::tuple<Key, const char*> rows[] = {
      {Key::ec("P-384"), "SHA384"}, {Key::ec("P-521"), "SHA512"}, {Key::rsa(), "SHA256"}};
  for (const auto& [key, hash] : rows) {
    CAPTURE(hash);
    const auto leaf = issue(world.root, {}, key);
    CHECK(world.judge(registration.packed(leaf, {}, hash), registration).grade == Grade::hardware);
  }
  const auto koblitz = issue(world.root, {}, Key::ec("secp256k1"));
  says(world.judge(registration.packed(koblitz), registration), Grade::invalid,
       "cannot be checked");
  const auto edwards = issue(world.root, {}, Key::ed25519());
  says(world.judge(registration.packed(edwards), registration), Grade::invalid, "read");
  // A hash that does not belong to the key's curve.
  const auto leaf = issue(world.root, {}, Key::ec("P-384"));
  says(world.judge(registration.packed(leaf), registration), Grade::invalid, "signature");
}

TEST_CASE("a fido-u2f attestation is hardware too, and says less") {
  const World world;
  const Registration registration;
  CertificateSpec spec;  // as Yubico's first keys have it: hardly a name, no constraints
  spec.country = spec.organization = spec.unit = std::nullopt;
  spec.basic_constraints = std::nullopt;
  const auto judgement = world.judge(registration.u2f(issue(world.root, spec)), registration);
  CHECK(judgement.grade == Grade::hardware);
  CHECK_FALSE(judgement.aaguid);
  CHECK(judgement.user_present);
  CHECK_FALSE(judgement.user_verified);
}

TEST_CASE("what fido-u2f does not sign changes nothing: AAGUID, flags, counter") {
  const World world;
  const Registration registration;
  const auto leaf = issue(world.root, {.aaguid = aaguid_value(registration.aaguid)});
  const Registration altered[] = {
      {.aaguid = Bytes(16, 0xee), .key = registration.key},
      {.flags = 0x45, .key = registration.key},
      {.flags = 0x40, .key = registration.key},
      {.counter = 99, .key = registration.key},
  };
  for (const auto& other : altered) {
    auto attestation = registration.u2f(leaf);
    attestation.authenticator_data = other.authenticator_data();
    const auto judgement = world.judge(attestation, registration);
    CHECK(judgement.grade == Grade::hardware);
    CHECK_FALSE(judgement.aaguid);
    CHECK(judgement.user_present);
    CHECK_FALSE(judgement.user_verified);
  }
}

TEST_CASE("a fido-u2f attestation is of a P-256 key, by a P-256 leaf, alone") {
  const World world;
  const Registration registration;
  says(world.judge(registration.u2f(issue(world.root, {}, Key::rsa())), registration),
       Grade::invalid, "P-256");
  auto several = registration.u2f(issue(world.root, {}));
  several.chain.push_back(world.root.der);
  says(world.judge(several, registration), Grade::invalid, "several");
  auto bare = registration.u2f(issue(world.root, {}));
  bare.chain.clear();
  says(world.judge(bare, registration), Grade::invalid, "has none");
}

TEST_CASE("self attestation is checked as far as can be, and proves nothing") {
  const World world;
  const Registration registration{.flags = 0x45};
  const auto judgement = world.judge(registration.self(), registration);
  says(judgement, Grade::self, "proves no hardware");
  CHECK(judgement.user_verified);
  CHECK(judgement.root.empty());
  CHECK(judgement.model.empty());

  auto forged = registration.self();
  forged.signature.back() ^= 1U;
  says(world.judge(forged, registration), Grade::invalid, "signature");

  const Registration other;
  auto of_another = registration.self();
  says(world.judge(of_another, other), Grade::invalid, "another key");
}

TEST_CASE("self attestation of an Ed25519 key is not checked, and the sentence says so") {
  const World world;
  const Registration registration{.flags = 0x45, .key = Key::ed25519(), .ed25519 = true};
  const auto judgement = world.judge(registration.self(), registration);
  says(judgement, Grade::self, "not checked");
  CHECK_FALSE(judgement.aaguid);
  CHECK_FALSE(judgement.user_verified);
}

TEST_CASE("no statement is none, whatever the authenticator data says") {
  const World world;
  const Registration registration;
  for (const auto format : {Format::packed, Format::fido_u2f}) {
    const Attestation attestation{format, registration.authenticator_data(), {}, {}};
    says(world.judge(attestation, registration), Grade::none, "without an attestation");
  }
}

TEST_CASE("OpenSSH's file does not say its format: it is found out") {
  const World world;
  const Registration registration;
  const auto leaf = issue(world.root, {.aaguid = aaguid_value(registration.aaguid)});
  const auto key = registration.ssh_key();
  const auto judged = [&](const Attestation& attestation) {
    const SkAttestFile file{attestation.chain.empty() ? Bytes{} : attestation.chain.front(),
                            attestation.signature, attestation.authenticator_data};
    return judge_file(file, registration.challenge, key, world.roots, world.intermediates, kNow);
  };
  const auto packed = judged(registration.packed(leaf));
  CHECK(packed.grade == Grade::hardware);
  CHECK(packed.aaguid);
  const auto u2f = judged(registration.u2f(leaf));
  CHECK(u2f.grade == Grade::hardware);
  CHECK_FALSE(u2f.aaguid);
  CHECK(judged(registration.self()).grade == Grade::self);
  CHECK(judged({Format::packed, registration.authenticator_data(), {}, {}}).grade == Grade::none);
  auto forged = registration.packed(leaf);
  forged.signature.back() ^= 1U;
  CHECK(judged(forged).grade == Grade::invalid);
}
