// SPDX-License-Identifier: MIT
#include "firmware/monitor/enrolment.hpp"

#include <doctest/doctest.h>
#include <array>
#include <set>

#include "firmware/keyfile/outcome.hpp"
#include "tests/scenario/monitor_world.hpp"

using namespace latchkey;
using namespace latchkey::monitor;
using channel::ResultCode;
using keyfile::Outcome;
using keyfile::Reason;

namespace {

constexpr WallTime kNow{std::chrono::seconds(1'700'000'000)};

config::Policy policy_for(std::vector<std::string> key_types = {"ssh-ed25519",
                                                                "sk-ssh-ed25519@openssh.com"}) {
  config::Policy policy;
  policy.key_types = std::move(key_types);
  return policy;
}

SiteFacts site_facts() { return scenario::ScriptedSite().facts; }

roles::KeyVerdict good_key(const std::string& type = "ssh-ed25519") {
  roles::KeyVerdict key;
  key.code = ResultCode::added;
  key.proved_by = roles::ProvedBy::signature;
  key.key_type.assign_cut(type);
  key.fingerprint.assign_cut("SHA256:abc");
  (void)key.key.assign(as_bytes("blob"));
  return key;
}

roles::KeyfileAnswer answer_of(Outcome outcome, Reason reason = Reason::none) {
  roles::KeyfileAnswer answer;
  answer.outcome = static_cast<std::uint8_t>(outcome);
  answer.reason = static_cast<std::uint8_t>(reason);
  answer.text.assign_cut("A sentence.");
  return answer;
}

Destination destination_of(std::vector<std::string> files) {
  Destination destination;
  destination.files = std::move(files);
  return destination;
}

Result<roles::AddLine> order_of(const Account& account, const Destination& destination,
                                const channel::Limits& limits = {}) {
  return order_for({}, account, destination, good_key(), limits, kNow);
}

Account pi() { return {"pi", 1000, 1000, "/home/pi"}; }

}  // namespace

TEST_CASE("an offer without an account is for the first one") {
  const auto facts = site_facts();
  CHECK(account_for(facts, "")->name == "pi");
  CHECK(account_for(facts, "ada")->uid == 1001);
  for (const auto* name : {"root", "pi ", "PI", "@first"})
    CHECK(account_for(facts, name) == nullptr);
  CHECK(account_for(SiteFacts{}, "") == nullptr);
}

TEST_CASE("a refused account is told which ones there are") {
  const auto verdict = account_refused(site_facts(), "root");
  CHECK(verdict.code == ResultCode::account_not_allowed);
  CHECK(verdict.text == "The account root may not be enrolled on this Pi; it allows: pi, ada.");
  CHECK(account_refused(SiteFacts{}, "pi").text.find("latchkey.toml") != std::string::npos);
}

TEST_CASE("policy is content with a type that it and sshd allow") {
  CHECK(judge(policy_for(), site_facts(), good_key(), true).ok());
  CHECK(judge(policy_for(), site_facts(), good_key(), false).ok());
}

TEST_CASE("a key that verify refuses stays refused, in verify's words") {
  auto key = good_key();
  key.code = ResultCode::not_proved;
  key.text.assign_cut("Not yours.");
  const auto verdict = judge(policy_for(), site_facts(), key, true);
  CHECK(verdict.code == ResultCode::not_proved);
  CHECK(verdict.text == "Not yours.");
}

TEST_CASE("no code that verify has no business with lets a key past policy") {
  auto key = good_key("ssh-dss");
  for (unsigned code = 0; code < 256; ++code) {
    CAPTURE(code);
    key.code = static_cast<ResultCode>(code);
    CHECK_FALSE(judge(policy_for(), site_facts(), key, true).ok());
  }
}

TEST_CASE("policy's key types and sshd's both count") {
  const auto unlisted = judge(policy_for({"ssh-rsa"}), site_facts(), good_key(), true);
  CHECK(unlisted.code == ResultCode::key_type_not_allowed);
  CHECK(unlisted.text == "This Pi's policy does not allow ssh-ed25519 keys; it allows: ssh-rsa.");
  auto facts = site_facts();
  facts.key_types = {"ssh-rsa"};
  const auto unaccepted = judge(policy_for(), facts, good_key(), true);
  CHECK(unaccepted.code == ResultCode::key_type_not_allowed);
  CHECK(unaccepted.text.find("PubkeyAcceptedAlgorithms") != std::string::npos);
  CHECK_FALSE(judge(policy_for({}), site_facts(), good_key(), true).ok());
}

TEST_CASE("a key that nobody has proved lacks a signature, and is not good without one") {
  auto key = good_key("sk-ssh-ed25519@openssh.com");
  key.proved_by = roles::ProvedBy::nothing;
  key.grade_why.assign_cut("the key came without an attestation");
  auto verdict = judge(policy_for(), site_facts(), key, true);
  CHECK(verdict.code == ResultCode::not_proved);
  CHECK(verdict.lacks_signature);
  CHECK(verdict.text.find("the key came without an attestation") != std::string::npos);
  // Of no other reason than that.
  verdict = judge(policy_for({"ssh-rsa"}), site_facts(), key, true);
  CHECK(verdict.code == ResultCode::key_type_not_allowed);
  CHECK_FALSE(verdict.lacks_signature);
}

TEST_CASE("a proof of no known kind, or by an attestation that proves nothing, is none") {
  for (unsigned number = 0; number < 256; ++number) {
    CAPTURE(number);
    auto key = good_key("sk-ssh-ed25519@openssh.com");
    key.proved_by = static_cast<roles::ProvedBy>(number);
    const bool good = key.proved_by == roles::ProvedBy::signature;
    CHECK(judge(policy_for(), site_facts(), key, true).ok() == good);
  }
}

TEST_CASE("an administrator vouches for a security key's hardware, never for a file's") {
  auto policy = policy_for();
  policy.hardware = config::Hardware::require;
  policy.aaguid_allow = {attest::Aaguid{1}};
  auto key = good_key("sk-ssh-ed25519@openssh.com");
  key.proved_by = roles::ProvedBy::nothing;
  CHECK(judge(policy, site_facts(), key, false).ok());
  CHECK(judge(policy, site_facts(), good_key(), false).code == ResultCode::not_attested);
}

TEST_CASE("user verification is asked of security keys that had something to prove") {
  auto policy = policy_for();
  policy.user_verification = true;
  auto key = good_key("sk-ssh-ed25519@openssh.com");
  CHECK(judge(policy, site_facts(), key, true).code == ResultCode::no_user_verification);
  CHECK(judge(policy, site_facts(), key, false).ok());  // an administrator vouches for it
  CHECK(judge(policy, site_facts(), good_key(), true).ok());
  key.user_verified = 1;
  CHECK(judge(policy, site_facts(), key, true).ok());
}

TEST_CASE("the narrower limit counts") {
  auto policy = policy_for();
  channel::Limits asked;
  asked.from = "192.0.2.0/24";
  asked.restrict = true;
  CHECK_FALSE(limit(policy, asked, kNow).expires);
  policy.max_validity_days = 90;
  const WallTime latest = kNow + std::chrono::days(90);
  CHECK(limit(policy, asked, kNow).expires == latest);
  asked.expires = latest + std::chrono::seconds(1);
  CHECK(limit(policy, asked, kNow).expires == latest);
  asked.expires = latest - std::chrono::seconds(1);
  CHECK(limit(policy, asked, kNow).expires == asked.expires);
  CHECK(limit(policy, asked, kNow).from == "192.0.2.0/24");
  CHECK(limit(policy, asked, kNow).restrict);
  policy.max_validity_days = UINT32_MAX;
  CHECK(limit(policy, asked, kNow).expires == asked.expires);
}

TEST_CASE("an order holds the account, its files and the line") {
  channel::Limits limits;
  limits.from = "192.0.2.7";
  const auto order =
      order_of(pi(), destination_of({"/home/pi/a", "/home/pi/b", "/c", "/d"}), limits);
  REQUIRE(order);
  CHECK(order->target.user == 1000);
  CHECK(order->target.group == 1000);
  CHECK(order->target.home.view() == "/home/pi");
  CHECK(order->target.path.view() == "/home/pi/a");
  CHECK(order->target.other_count == 3);
  CHECK(order->target.others[2].view() == "/d");
  CHECK(order->target.strict_modes == 1);
  CHECK(order->line.limits.from.view() == "192.0.2.7");
  CHECK(order->line.now == 1'700'000'000);
  CHECK(as_text(order->line.key.view()) == "blob");
}

TEST_CASE("where policy verifies users, the line of a security key asks for it at every login") {
  config::Config config;
  for (const bool wanted : {false, true}) {
    config.policy.user_verification = wanted;
    const auto destination = destination_of({"/home/pi/a"});
    const auto order = [&](const char* type) {
      return order_for(config, pi(), destination, good_key(type), {}, kNow).value();
    };
    CHECK(order("sk-ssh-ed25519@openssh.com").line.verify_required == (wanted ? 1 : 0));
    CHECK(order("ssh-ed25519").line.verify_required == 0);
  }
}

TEST_CASE("more files than the writer reads are left out") {
  const std::vector<std::string> files(20, "/home/pi/x");
  CHECK(order_of(pi(), destination_of(files))->target.other_count == roles::kMaxOtherFiles);
}

TEST_CASE("what does not fit an order is an error, never cut") {
  const std::string longest(roles::kMaxPath, 'p');
  CHECK(order_of(pi(), destination_of({longest})));
  CHECK_FALSE(order_of(pi(), destination_of({longest + "p"})));
  CHECK_FALSE(order_of(pi(), destination_of({"/x", longest + "p"})));
  CHECK_FALSE(order_of({"pi", 1000, 1000, longest + "p"}, destination_of({"/x"})));
  CHECK_FALSE(order_of(pi(), destination_of({})));
  channel::Limits limits;
  limits.from = std::string(roles::kMaxFrom + 1, '1');
  const auto order = order_of(pi(), destination_of({"/x"}), limits);
  REQUIRE_FALSE(order);
  CHECK(order.error().is(Errc::too_large));
}

TEST_CASE("a window is described afresh each time") {
  scenario::CountingRandom random;
  const auto first = describe_window({}, site_facts(), 8, random);
  const auto second = describe_window({}, site_facts(), 8, random);
  REQUIRE(first);
  REQUIRE(second);
  CHECK(first->nonce != second->nonce);
  CHECK(first->challenge != second->challenge);
  CHECK(first->account_count == 2);
  CHECK(first->accounts[1].view() == "ada");
  CHECK(first->key_type_count == 3);
  CHECK(first->sshd_running == 1);
  random.broken = true;
  CHECK(describe_window({}, site_facts(), 8, random).error().is(Errc::entropy));
}

TEST_CASE("what a window has no room for is left out") {
  scenario::CountingRandom random;
  auto facts = site_facts();
  facts.accounts.assign(20, pi());
  facts.accounts[1].name = std::string(roles::kMaxAccount + 1, 'a');  // no room for such a name
  facts.accounts[2].name = "third";
  facts.key_types.assign(100, "ssh-ed25519");
  facts.host_keys.assign(9, Bytes(51, 1));
  facts.host_keys[0].assign(2'000, 1);
  facts.device.assign(500, 'd');
  const auto window = describe_window({}, facts, 8, random);
  REQUIRE(window);
  CHECK(window->account_count == roles::kMaxAccounts);
  CHECK(window->accounts[0].view() == "pi");
  CHECK(window->accounts[1].view() == "third");
  CHECK(window->key_type_count == roles::kMaxKeyTypes);
  CHECK(window->host_key_count == roles::kMaxHostKeys);
  CHECK(window->host_keys[0].view().size() == 51);
  CHECK(window->device.view().size() == roles::kMaxName);
}

TEST_CASE("what is cut ends between two characters") {
  roles::FixedText<8> field;
  field.assign_cut("1234567\xc3\xbc");
  CHECK(field.view() == "1234567");
  field.assign_cut("12345\xe2\x82\xac 9");
  CHECK(field.view() == "12345\xe2\x82\xac");
  field.assign_cut("123456\xf0\x9f\x94\x91");
  CHECK(field.view() == "123456");
}

TEST_CASE("each answer of the window is a code and a sentence") {
  const Verdict known{ResultCode::busy, "Locked."};
  using pairing::Answer;
  for (const auto answer : {Answer::as_verified, Answer::as_written, Answer::as_removed}) {
    CHECK(hear(answer, known).code == ResultCode::busy);
    CHECK(hear(answer, known).text == "Locked.");
  }
  const std::pair<Answer, ResultCode> own_words[] = {
      {Answer::kept, ResultCode::kept},
      {Answer::not_confirmed, ResultCode::not_confirmed},
      {Answer::write_stalled, ResultCode::write_failed},
      {Answer::timed_out, ResultCode::window_closed},
      {Answer::overlap, ResultCode::window_closed},
      {Answer::window_closed, ResultCode::window_closed},
      {Answer::internal, ResultCode::internal}};
  for (const auto& [answer, code] : own_words) {
    CHECK(hear(answer, known).code == code);
    CHECK(hear(answer, known).text.ends_with("."));
  }
}

TEST_CASE("the log calls every answer by its name") {
  CHECK(event_name(ResultCode::added) == "enrolled");
  CHECK(event_name(ResultCode::already_there) == "already-there");
  CHECK(event_name(ResultCode::taken_out) == "taken-out");
  CHECK(event_name(ResultCode::kept) == "kept");
  CHECK(event_name(ResultCode::busy) == "refused");
  CHECK(event_name(static_cast<ResultCode>(200)) == "refused");
}

TEST_CASE("every outcome of the writer means one thing to the peer") {
  const std::pair<Outcome, ResultCode> outcomes[] = {
      {Outcome::added, ResultCode::added},
      {Outcome::already_there, ResultCode::already_there},
      {Outcome::already_there_with_options, ResultCode::already_there},
      {Outcome::expired_line_there, ResultCode::expired_line},
      {Outcome::removed, ResultCode::taken_out},
      {Outcome::not_there, ResultCode::taken_out}};
  for (const auto& [outcome, code] : outcomes) {
    const auto number = static_cast<int>(outcome);
    CAPTURE(number);
    CHECK(written(answer_of(outcome)).code == code);
    CHECK(written(answer_of(outcome)).text == "A sentence.");
  }
}

TEST_CASE("every reason of a refusal means one thing to the peer, and none is success") {
  const std::pair<Reason, ResultCode> reasons[] = {
      {Reason::none, ResultCode::write_failed},
      {Reason::bad_request, ResultCode::bad_request},
      {Reason::path_refused, ResultCode::sshd_would_refuse},
      {Reason::home_missing, ResultCode::sshd_would_refuse},
      {Reason::sshd_would_refuse, ResultCode::sshd_would_refuse},
      {Reason::not_persistent, ResultCode::not_persistent},
      {Reason::file_unsuitable, ResultCode::file_unsuitable},
      {Reason::busy, ResultCode::busy},
      {Reason::changed_meanwhile, ResultCode::write_failed},
      {Reason::no_space, ResultCode::write_failed},
      {Reason::read_only, ResultCode::write_failed},
      {Reason::no_permission, ResultCode::write_failed},
      {Reason::failed, ResultCode::write_failed}};
  for (const auto& [reason, code] : reasons) {
    const auto number = static_cast<int>(reason);
    CAPTURE(number);
    CHECK(written(answer_of(Outcome::refused, reason)).code == code);
  }
  for (int number = 0; number < 256; ++number) {
    CHECK_FALSE(written(answer_of(Outcome::refused, static_cast<Reason>(number))).ok());
    if (number > static_cast<int>(Outcome::not_there)) {
      CHECK_FALSE(written(answer_of(static_cast<Outcome>(number))).ok());
    }
  }
}

TEST_CASE("a writer that gave no answer has failed, and what stopped it is said") {
  const auto stuck = written(fail(Errc::timed_out, "asking latchkey-keyfile"));
  CHECK(stuck.code == ResultCode::write_failed);
  CHECK(stuck.text == "The writer did not come to an end and was stopped.");
  const auto gone = written(fail(Errc::closed, "asking latchkey-keyfile"));
  CHECK(gone.code == ResultCode::write_failed);
  CHECK(gone.text.find("asking latchkey-keyfile") != std::string::npos);
}
