// SPDX-License-Identifier: MIT
// A signature and an attestation side by side: which of them counts, and for what.
#include <doctest/doctest.h>

#include "tests/unit/firmware/verify/attested_offer.hpp"

using namespace latchkey;
using namespace latchkey::attest::test;
using namespace latchkey::testing;
using attest::Grade;
using channel::ResultCode;
using roles::ProvedBy;

TEST_CASE_FIXTURE(AttestedOffer, "a false signature is refused beside any attestation") {
  SUBCASE("beside none") {}
  SUBCASE("beside one that would prove the key by itself") { attest(registration.packed(leaf)); }
  SUBCASE("beside one of an unknown root") { attest(registration.packed(self_signed({}))); }
  SUBCASE("beside an older one") {
    make_older();
    attest(registration.packed(leaf), registration.challenge);
  }
  SUBCASE("beside a false one") { attest_with(as_bytes("junk")); }
  for (int wrong = 0; wrong < 4; ++wrong) {
    auto& account = question.account;
    account.assign_cut("pi");
    sign();
    if (wrong == 0) account.assign_cut("root");
    if (wrong == 1) question.host_keys_hash[0] ^= 1U;  // another Pi
    if (wrong == 2) question.limits.restrict ^= 1U;
    if (wrong == 3) REQUIRE(question.signature.assign(as_bytes("junk")));
    const auto verdict = judge();
    CHECK(verdict.code == ResultCode::not_proved);
    CHECK(verdict.proved_by == ProvedBy::nothing);
    CHECK(verdict.user_present == 0);
  }
}

TEST_CASE_FIXTURE(AttestedOffer, "a signature without a touch is refused beside an attested one") {
  attest(registration.packed(leaf));
  sign(0);
  CHECK(judge().code == ResultCode::no_user_presence);
  CHECK(judge_by_program().code == ResultCode::no_user_presence);
}

TEST_CASE_FIXTURE(AttestedOffer, "of two good proofs the signature is named") {
  attest(registration.packed(leaf));
  sign();
  const auto verdict = judge();
  CHECK(verdict.code == ResultCode::added);
  CHECK(verdict.proved_by == ProvedBy::signature);
  CHECK(verdict.grade == Grade::hardware);
}

TEST_CASE_FIXTURE(AttestedOffer, "an attestation that alone is the proof must verify the user") {
  question.require_user_verification = 1;
  attest(registration.packed(leaf));
  CHECK(judge().code == ResultCode::no_user_verification);
  attest(registration.u2f(leaf));  // cannot say so
  CHECK(judge().code == ResultCode::no_user_verification);
  registration.flags = 0x45;
  attest(registration.u2f(leaf));  // says so, unsigned
  CHECK(judge().code == ResultCode::no_user_verification);
  attest(registration.packed(leaf));
  const auto verdict = judge();
  CHECK(verdict.code == ResultCode::added);
  CHECK(verdict.user_verified == 1);
}

TEST_CASE_FIXTURE(AttestedOffer, "where there is a signature, its flags count and no others") {
  question.require_user_verification = 1;
  registration.flags = 0x45;
  attest(registration.packed(leaf));
  sign(kUserPresent);
  CHECK(judge().code == ResultCode::no_user_verification);
  CHECK(judge().user_verified == 0);
  make_older();
  registration.flags = 0x41;
  attest(registration.packed(leaf), registration.challenge);
  sign(kUserPresent | kUserVerified);
  const auto verdict = judge();
  CHECK(verdict.code == ResultCode::added);
  CHECK(verdict.user_verified == 1);
}

TEST_CASE_FIXTURE(AttestedOffer, "who has proved nothing yet is not asked for a PIN yet") {
  question.require_user_verification = 1;
  attest(registration.self());
  CHECK(judge().code == ResultCode::added);
  CHECK(judge().proved_by == ProvedBy::nothing);
}
