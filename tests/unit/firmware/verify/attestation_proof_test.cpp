// SPDX-License-Identifier: MIT
// What an offer's attestation proves, and what a forger would try with it.
#include <doctest/doctest.h>

#include "core/ssh/fingerprint.hpp"
#include "tests/unit/firmware/verify/attested_offer.hpp"

using namespace latchkey;
using namespace latchkey::attest::test;
using namespace latchkey::testing;
using attest::Format;
using attest::Grade;
using channel::ResultCode;
using roles::ProvedBy;

namespace {

bool says(const roles::TextField& field, std::string_view words) {
  CAPTURE(field.view());
  return field.view().find(words) != std::string_view::npos;
}

void is_proved(const roles::KeyVerdict& verdict) {
  CAPTURE(verdict.text.view());
  CHECK(verdict.code == ResultCode::added);
  CHECK(verdict.proved_by == ProvedBy::attestation);
  CHECK(verdict.grade == Grade::hardware);
  CHECK(verdict.grade_why.view().empty());
  CHECK(verdict.root.view() == "Test Root");
  CHECK(verdict.model.view() == "Test Key Serial 1");
  CHECK(verdict.user_present == 1);
}

void is_only_claimed(const roles::KeyVerdict& verdict, Grade grade, std::string_view why) {
  CHECK(verdict.code == ResultCode::added);
  CHECK(verdict.proved_by == ProvedBy::nothing);
  CHECK(verdict.grade == grade);
  CHECK(says(verdict.grade_why, why));
  CHECK(verdict.root.view().empty());
  CHECK(verdict.user_present == 0);
  CHECK(verdict.user_verified == 0);
}

void is_false(const roles::KeyVerdict& verdict, std::string_view why) {
  CHECK(verdict.code == ResultCode::attestation_invalid);
  CHECK(verdict.proved_by == ProvedBy::nothing);
  CHECK(verdict.grade == Grade::invalid);
  CHECK(says(verdict.text, why));
  CHECK(verdict.text.view().ends_with('.'));
  CHECK(verdict.root.view().empty());
}

}  // namespace

TEST_CASE_FIXTURE(AttestedOffer, "an attestation over this window's challenge proves the key") {
  attest(registration.packed(leaf));
  for (const auto& verdict : {judge(), judge_by_program()}) {
    is_proved(verdict);
    CHECK(verdict.has_aaguid == 1);
    CHECK(to_bytes(verdict.aaguid) == registration.aaguid);
    CHECK(verdict.user_verified == 0);
    CHECK(verdict.key.bytes() == registration.ssh_key().blob());
    CHECK(says(verdict.text, "proved by its attestation"));
    CHECK(verdict.trust_trouble.view().empty());
    // What is kept of it says over which challenge it was made.
    auto kept = attest::decode_record(question.attestation.view()).value();
    CHECK(kept.challenge.empty());
    kept.challenge = registration.challenge;
    CHECK(attest::decode_record(verdict.attestation.view()).value() == kept);
  }
}

TEST_CASE_FIXTURE(AttestedOffer, "so does one of the U2F kind, which tells no model") {
  attest(registration.u2f(leaf));
  is_proved(judge());
  CHECK(judge().has_aaguid == 0);
  // Its AAGUID, flags and counter are not signed: whoever alters them gains nothing.
  registration.aaguid = Bytes(16, 0xee);
  registration.flags = 0x45;
  attest(registration.u2f(leaf));
  const auto altered = judge();
  is_proved(altered);
  CHECK(altered.has_aaguid == 0);
  CHECK(altered.aaguid == attest::Aaguid{});
  CHECK(altered.user_verified == 0);
}

TEST_CASE_FIXTURE(AttestedOffer, "the real program judges as nobody too, who may read the roots") {
  attest(registration.packed(leaf));
  std::filesystem::permissions(folder.path(), std::filesystem::perms(0755));
  is_proved(judge_by_program({{}, true}));
}

TEST_CASE_FIXTURE(AttestedOffer, "without proof a security key is only claimed") {
  is_only_claimed(judge(), Grade::none, "without an attestation");
  CHECK(judge().attestation.view().empty());
  attest({Format::packed, registration.authenticator_data(), {}, {}});
  is_only_claimed(judge(), Grade::none, "without an attestation");
  attest(registration.self());
  is_only_claimed(judge(), Grade::self, "signed by the key itself");
  attest(registration.packed(self_signed({})));
  is_only_claimed(judge(), Grade::unknown_root, "leads to no trusted root");
  // An impostor that sends the root along, in its name.
  const auto impostor = self_signed(authority("Test Root"));
  attest(registration.packed(issue(impostor, {}), {impostor.der}));
  is_only_claimed(judge(), Grade::unknown_root, "issued by \"Test Root\"");
}

TEST_CASE_FIXTURE(AttestedOffer, "an older attestation tells of the hardware, not of its owner") {
  make_older();
  attest(registration.packed(leaf), registration.challenge);
  const auto verdict = judge_by_program();
  CHECK(verdict.attestation.bytes() == question.attestation.bytes());
  CHECK(verdict.code == ResultCode::added);
  CHECK(verdict.proved_by == ProvedBy::nothing);
  CHECK(verdict.grade == Grade::hardware);
  CHECK(verdict.root.view() == "Test Root");
  CHECK(verdict.user_present == 0);
  sign();
  for (const auto& proved : {judge(), judge_by_program()}) {
    CHECK(proved.code == ResultCode::added);
    CHECK(proved.proved_by == ProvedBy::signature);
    CHECK(proved.grade == Grade::hardware);
    CHECK(proved.root.view() == "Test Root");
    CHECK(proved.model.view() == "Test Key Serial 1");
    CHECK(proved.has_aaguid == 1);
  }
}

TEST_CASE_FIXTURE(AttestedOffer, "this window's challenge called an older one proves nothing") {
  attest(registration.packed(leaf), registration.challenge);
  CHECK(judge().grade == Grade::hardware);
  CHECK(judge().proved_by == ProvedBy::nothing);
}

TEST_CASE_FIXTURE(AttestedOffer, "one that was made for something else proves nothing of this") {
  attest(registration.packed(leaf));
  SUBCASE("another account") { REQUIRE(question.account.assign("root")); }
  SUBCASE("other limits") { REQUIRE(question.limits.assign({})); }
  SUBCASE("another Pi") { question.host_keys_hash[0] ^= 1; }
  SUBCASE("another window") { question.challenge[0] ^= 1; }
  is_false(judge(), "another challenge");
}

TEST_CASE_FIXTURE(AttestedOffer, "a replayed challenge is noticed, signed or not") {
  make_older();
  SUBCASE("as of this window") { attest(registration.packed(leaf)); }
  SUBCASE("as of this window, U2F") { attest(registration.u2f(leaf)); }
  SUBCASE("as of this window, by itself") { attest(registration.self()); }
  SUBCASE("as of another one") { attest(registration.packed(leaf), Bytes(32, 0x78)); }
  is_false(judge(), "another challenge");
  sign();
  const auto verdict = judge();
  CHECK(verdict.code == ResultCode::attestation_invalid);
  CHECK(verdict.grade == Grade::invalid);
}

TEST_CASE_FIXTURE(AttestedOffer, "what is forged, damaged or another's is refused") {
  std::string why;
  SUBCASE("another relying party") {
    registration.hashed_application = "example.org";
    attest(registration.packed(leaf));
    why = "another application";
  }
  SUBCASE("made without a touch") {
    registration.flags = 0x40;
    attest(registration.packed(leaf));
    why = "without a touch";
  }
  SUBCASE("packed taken for u2f") {
    auto attestation = registration.packed(leaf);
    attestation.format = Format::fido_u2f;
    attest(attestation);
    why = "signature does not hold";
  }
  SUBCASE("u2f taken for packed") {
    auto attestation = registration.u2f(leaf);
    attestation.format = Format::packed;
    attest(attestation);
    why = "signature does not hold";
  }
  SUBCASE("another model than its certificate is for") {
    registration.aaguid = Bytes(16, 0xee);
    attest(registration.packed(leaf));
    why = "another model";
  }
  SUBCASE("another key's") {
    registration.key = Key::ec();
    attest(registration.packed(leaf));
    why = "another key";
  }
  SUBCASE("a CA's certificate as the leaf") {
    attest(registration.packed(root));
    why = "CA's";
  }
  SUBCASE("an invented one, self-signed by another key than the one offered") {
    auto invented = registration;
    invented.key = Key::ec();
    auto attestation = invented.self();
    attestation.authenticator_data = registration.authenticator_data();
    attest(attestation);
    why = "signature does not hold";
  }
  SUBCASE("OpenSSH's file of version 00 in place of a record") {
    attest_with(as_bytes(std::string_view("\0\0\0\x11ssh-sk-attest-v00", 21)));
    why = "cannot be read";
  }
  SUBCASE("no record at all") {
    attest_with(as_bytes("junk"));
    why = "cannot be read";
  }
  SUBCASE("more behind the record") {
    auto bytes = attest::encode({registration.packed(leaf), {}}).value();
    bytes.push_back(0);
    attest_with(bytes);
    why = "cannot be read";
  }
  is_false(judge(), why);
  is_false(judge_by_program(), why);
}

TEST_CASE_FIXTURE(AttestedOffer, "a cut or a flipped bit anywhere proves nothing") {
  const auto whole = attest::encode({registration.packed(leaf), {}}).value();
  for (std::size_t size = 1; size < whole.size(); ++size) {
    attest_with(ByteView(whole).first(size));
    CHECK(judge().code == ResultCode::attestation_invalid);
  }
  for (std::size_t at = 0; at < whole.size(); ++at) {
    auto flipped = whole;
    flipped[at] = static_cast<std::uint8_t>(flipped[at] ^ (1U << (at % 8)));
    attest_with(flipped);
    if (judge().proved_by != ProvedBy::nothing) FAIL("byte " << at);
  }
}

TEST_CASE_FIXTURE(AttestedOffer, "expired certificates count while the clock is kept") {
  CertificateSpec expired;
  expired.not_after = kNow - std::chrono::seconds(1);
  CertificateSpec early;
  early.not_before = kNow + std::chrono::seconds(1);
  for (const auto& spec : {expired, early}) {
    attest(registration.packed(issue(root, spec)));
    question.clock_synchronised = 1;
    is_false(judge(), "2030-06-1");
    question.clock_synchronised = 0;
    is_proved(judge());
  }
  auto old_authority = authority("Old Root");
  old_authority.not_after = kNow - std::chrono::seconds(1);
  const auto old_root = self_signed(old_authority);
  put_root("old.pem", pem(old_root.der));
  attest(registration.packed(issue(old_root, {})));
  CHECK(judge().root.view() == "Old Root");
  question.clock_synchronised = 1;
  is_false(judge(), "\"Old Root\" expired");
}

TEST_CASE_FIXTURE(AttestedOffer, "an intermediate is sent along, or read from the folder") {
  const auto between = issue(root, authority("Test Intermediate"));
  const auto below = issue(between, {});
  attest(registration.packed(below));
  is_only_claimed(judge(), Grade::unknown_root, "issued by \"Test Intermediate\"");
  attest(registration.packed(below, {between.der}));
  is_proved(judge());
  attest(registration.packed(below));
  put_intermediate("test.pem", pem(between.der));
  is_proved(judge());
  is_proved(judge_by_program());
}

TEST_CASE_FIXTURE(AttestedOffer, "an intermediate is no root") {
  const auto other = self_signed(authority("Other Root"));
  put_intermediate("other.pem", pem(other.der));
  attest(registration.packed(issue(other, {})));
  is_only_claimed(judge(), Grade::unknown_root, "no trusted root");
}

TEST_CASE_FIXTURE(AttestedOffer, "credProtect does no harm, and is not lost from what is signed") {
  registration.flags = 0xc1;
  registration.extensions = {0xa1, 0x6b, 'c', 'r', 'e', 'd', 'P',
                             'r',  'o',  't', 'e', 'c', 't', 0x02};
  auto attestation = registration.packed(leaf);
  attest(attestation);
  is_proved(judge());
  attestation.authenticator_data.back() = 0x03;
  attest(attestation);
  is_false(judge(), "signature does not hold");
}

TEST_CASE_FIXTURE(AttestedOffer, "a security key of the Ed25519 kind is attested alike") {
  registration.key = Key::ed25519();
  registration.ed25519 = true;
  REQUIRE(question.key.assign(registration.ssh_key().blob()));
  attest(registration.packed(leaf));
  is_proved(judge());
  attest(registration.self());
  is_only_claimed(judge(), Grade::self, "signed by the key itself");
}

TEST_CASE("an attestation beside a key in a file is refused, though its signature holds") {
  KeyMaker maker;
  AttestedOffer offer;
  const auto key = maker.make("ed25519");
  REQUIRE(offer.question.key.assign(key.blob));
  REQUIRE(offer.question.signature.assign(maker.sign(key, statement_of(offer.question))));
  CHECK(offer.judge().code == ResultCode::added);
  offer.attest(offer.registration.packed(offer.leaf));
  const auto verdict = offer.judge();
  CHECK(verdict.code == ResultCode::attestation_invalid);
  CHECK(verdict.text.view().find("security key") != std::string_view::npos);
}

TEST_CASE("a key in a file without a signature is not proved, and nobody is asked again") {
  KeyMaker maker;
  const auto verdict = ask(question_about(maker.make("ed25519").blob));
  REQUIRE(verdict.has_value());
  CHECK(verdict->code == ResultCode::not_proved);
  CHECK(verdict->proved_by == ProvedBy::nothing);
}
