// SPDX-License-Identifier: MIT
// Proofs of possession by ssh-keygen, judged by the real latchkey-verify.
#include <doctest/doctest.h>

#include "core/ssh/fingerprint.hpp"
#include "tests/unit/firmware/verify/key_maker.hpp"

using namespace latchkey;
using namespace latchkey::testing;
using channel::ResultCode;

namespace {

roles::KeyVerdict judge(const roles::ProofQuestion& question, const AskHow& how = {}) {
  const auto verdict = ask(question, how);
  REQUIRE(verdict.has_value());
  CHECK_FALSE(verdict->text.view().empty());
  return *verdict;
}

/// A question with the right proof.
roles::ProofQuestion proved(KeyMaker& maker, const MadeKey& key) {
  auto question = question_about(key.blob);
  REQUIRE(question.signature.assign(maker.sign(key, statement_of(question))));
  return question;
}

}  // namespace

TEST_CASE("who signs the statement with the key owns it, whatever its kind") {
  KeyMaker maker;
  for (const auto& [type, bits] : std::vector<std::pair<std::string, std::string>>{
           {"ed25519", ""}, {"rsa", "2048"}, {"rsa", "4096"}, {"ecdsa", "256"}, {"ecdsa", "521"}}) {
    CAPTURE(type);
    const auto key = maker.make(type, bits);
    const auto verdict = judge(proved(maker, key));
    CHECK(verdict.code == ResultCode::added);
    CHECK(verdict.key.bytes() == key.blob);
    CHECK(verdict.fingerprint.view() == ssh::fingerprint(key.blob).value());
    CHECK(verdict.user_present == 0);
  }
}

TEST_CASE("both hashes of SSHSIG will do") {
  KeyMaker maker;
  const auto key = maker.make("ed25519");
  auto question = question_about(key.blob);
  REQUIRE(question.signature.assign(
      maker.sign(key, statement_of(question), channel::kProofNamespace, "sha256")));
  CHECK(judge(question).code == ResultCode::added);
}

TEST_CASE("it works as a user of its own, and where names come from nss_wrapper") {
  KeyMaker maker;
  const auto question = proved(maker, maker.make("ed25519"));
  AskHow how;
  SUBCASE("as nobody") { how.without_root = true; }
  SUBCASE("with libnss_wrapper") {
    // A sanitized build wants its own library first, unless it is told not to care.
    how.environment = {"LD_PRELOAD=libnss_wrapper.so", "NSS_WRAPPER_PASSWD=/etc/passwd",
                       "NSS_WRAPPER_GROUP=/etc/group", "ASAN_OPTIONS=verify_asan_link_order=0"};
  }
  SUBCASE("whatever PATH says") { how.environment = {"PATH=/nonexistent"}; }
  CHECK(judge(question, how).code == ResultCode::added);
}

TEST_CASE("a user-verification policy does not concern keys that are no security keys") {
  KeyMaker maker;
  auto question = proved(maker, maker.make("ed25519"));
  question.require_user_verification = 1;
  CHECK(judge(question).code == ResultCode::added);
}

TEST_CASE("a signature for anything else proves nothing") {
  KeyMaker maker;
  const auto key = maker.make("ed25519");
  auto question = proved(maker, key);
  SUBCASE("another account") { REQUIRE(question.account.assign("root")); }
  SUBCASE("an account that starts alike") { REQUIRE(question.account.assign("p")); }
  SUBCASE("an account that is a pattern") { REQUIRE(question.account.assign("*")); }
  SUBCASE("another window's challenge") { question.challenge[31] ^= 1; }
  SUBCASE("another Pi's host keys") { question.host_keys_hash[0] ^= 1; }
  SUBCASE("no limits") { question.limits = {}; }
  SUBCASE("a later expiry") { ++question.limits.expires; }
  SUBCASE("no expiry") { question.limits.has_expires = 0; }
  SUBCASE("other addresses") { REQUIRE(question.limits.from.assign("0.0.0.0/0")); }
  SUBCASE("restrict") { question.limits.restrict = 1; }
  SUBCASE("another namespace") {
    REQUIRE(question.signature.assign(maker.sign(key, statement_of(question), "file")));
  }
  SUBCASE("another message") {
    REQUIRE(question.signature.assign(maker.sign(key, as_bytes("hello"))));
  }
  SUBCASE("an empty message") { REQUIRE(question.signature.assign(maker.sign(key, {}))); }
  const auto verdict = judge(question);
  CHECK(verdict.code == ResultCode::not_proved);
  CHECK(verdict.fingerprint.view() == ssh::fingerprint(key.blob).value());
}

TEST_CASE("a signature of another key proves nothing about this one") {
  KeyMaker maker;
  const auto mine = maker.make("ed25519");
  const auto theirs = maker.make("ed25519");
  auto question = question_about(theirs.blob);
  auto signature = maker.sign(mine, statement_of(question));
  SUBCASE("as it is") {}
  SUBCASE("with the offered key put in its place") {
    // "SSHSIG", version, length of the key: the blob starts at 14.
    constexpr std::ptrdiff_t kBlob = 14;
    REQUIRE(Bytes(signature.begin() + kBlob, signature.begin() + kBlob + 51) == mine.blob);
    std::copy(theirs.blob.begin(), theirs.blob.end(), signature.begin() + kBlob);
  }
  REQUIRE(question.signature.assign(signature));
  CHECK(judge(question).code == ResultCode::not_proved);
}

TEST_CASE("every truncated signature is refused") {
  KeyMaker maker;
  const auto key = maker.make("ed25519");
  auto question = question_about(key.blob);
  const auto whole = maker.sign(key, statement_of(question));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    CAPTURE(size);
    REQUIRE(question.signature.assign(ByteView(whole).first(size)));
    CHECK(judge(question).code == ResultCode::not_proved);
  }
  auto longer = whole;
  longer.push_back(0);
  REQUIRE(question.signature.assign(longer));
  CHECK(judge(question).code == ResultCode::not_proved);
}

TEST_CASE("every bit flipped in the signature itself spoils it") {
  KeyMaker maker;
  const auto key = maker.make("ed25519");
  auto question = question_about(key.blob);
  const auto whole = maker.sign(key, statement_of(question));
  constexpr std::size_t kRawSignature = 64;
  for (std::size_t at = whole.size() - kRawSignature; at < whole.size(); ++at) {
    CAPTURE(at);
    auto spoiled = whole;
    spoiled[at] = static_cast<std::uint8_t>(spoiled[at] ^ (1U << (at % 8)));
    REQUIRE(question.signature.assign(spoiled));
    CHECK(judge(question).code == ResultCode::not_proved);
  }
}

TEST_CASE("a flipped bit anywhere else is refused, or means the same") {
  KeyMaker maker;
  const auto key = maker.make("ed25519");
  auto question = question_about(key.blob);
  const auto whole = maker.sign(key, statement_of(question));
  for (std::size_t at = 0; at + 64 < whole.size(); ++at) {
    CAPTURE(at);
    auto spoiled = whole;
    spoiled[at] = static_cast<std::uint8_t>(spoiled[at] ^ (1U << (at % 8)));
    REQUIRE(question.signature.assign(spoiled));
    CHECK(judge(question).code == ResultCode::not_proved);
  }
}

TEST_CASE("a weak key is refused although its signature would hold") {
  KeyMaker maker;
  CHECK(judge(proved(maker, maker.make("rsa", "1024"))).code == ResultCode::key_too_weak);
}

TEST_CASE("a certificate is refused as a key") {
  KeyMaker maker;
  const auto key = maker.make("ed25519");
  auto question = question_about(maker.certify(key));
  REQUIRE(question.signature.assign(maker.sign(key, statement_of(question))));
  CHECK(judge(question).code == ResultCode::key_invalid);
}

TEST_CASE("garbage of every size as a signature is refused") {
  KeyMaker maker;
  auto question = question_about(maker.make("ed25519").blob);
  for (std::size_t size : {0U, 1U, 5U, 6U, 10U, 64U, 300U, 8191U, 8192U}) {
    for (const char fill : {'\0', 'S', '\xff'}) {
      REQUIRE(question.signature.assign(to_bytes(as_bytes(std::string(size, fill)))));
      CHECK(judge(question).code == ResultCode::not_proved);
    }
  }
}
