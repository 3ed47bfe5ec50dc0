// SPDX-License-Identifier: MIT
// What a security key vouches for besides its signature. ssh-keygen -Y verify does not ask.
#include <doctest/doctest.h>

#include "tests/unit/firmware/verify/key_maker.hpp"

using namespace latchkey;
using namespace latchkey::testing;
using channel::ResultCode;

namespace {

roles::KeyVerdict judge(const roles::ProofQuestion& question) {
  const auto verdict = ask(question);
  REQUIRE(verdict.has_value());
  return *verdict;
}

struct Assertion {
  KeyMaker maker;
  SoftToken token = maker.make_token();
  roles::ProofQuestion question = question_about(token.blob);

  void sign(std::uint8_t flags) {
    REQUIRE(question.signature.assign(maker.assert_with(token, statement_of(question), flags)));
  }
};

}  // namespace

TEST_CASE("a touch is enough where no verification is asked for") {
  Assertion assertion;
  assertion.sign(kUserPresent);
  const auto verdict = judge(assertion.question);
  CHECK(verdict.code == ResultCode::added);
  CHECK(verdict.key_type.view() == "sk-ecdsa-sha2-nistp256@openssh.com");
  CHECK(verdict.user_present == 1);
  CHECK(verdict.user_verified == 0);
}

TEST_CASE("without a touch the key is refused, though its signature holds") {
  Assertion assertion;
  for (const std::uint8_t flags : {std::uint8_t{0}, kUserVerified}) {
    assertion.sign(flags);
    const auto verdict = judge(assertion.question);
    CHECK(verdict.code == ResultCode::no_user_presence);
    CHECK(verdict.text.view().find("touch") != std::string_view::npos);
  }
}

TEST_CASE("where policy asks for verification a touch alone is refused") {
  Assertion assertion;
  assertion.question.require_user_verification = 1;
  assertion.sign(kUserPresent);
  CHECK(judge(assertion.question).code == ResultCode::no_user_verification);
  assertion.sign(kUserPresent | kUserVerified);
  const auto verdict = judge(assertion.question);
  CHECK(verdict.code == ResultCode::added);
  CHECK(verdict.user_verified == 1);
}

TEST_CASE("flags set afterwards break the signature") {
  Assertion assertion;
  assertion.sign(0);
  auto bytes = assertion.question.signature.bytes();
  bytes[bytes.size() - 5] = kUserPresent;  // flags, then four bytes of counter
  REQUIRE(assertion.question.signature.assign(bytes));
  const auto verdict = judge(assertion.question);
  CHECK(verdict.code == ResultCode::not_proved);
  CHECK(verdict.user_present == 0);
}

TEST_CASE("a security key's signature for another account proves nothing") {
  Assertion assertion;
  assertion.sign(kUserPresent);
  REQUIRE(assertion.question.account.assign("root"));
  CHECK(judge(assertion.question).code == ResultCode::not_proved);
}
