// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>
#include <fido.h>

#include "tests/unit/hal/fido/ctap2/verdict.hpp"

using namespace latchkey;
using namespace latchkey::fido::sim;
using namespace latchkey::fido::sim::test;

namespace {

/// A key with credentials of three users, and what makeCredential said to each.
struct Three {
  BareKey key{"fido-2.1"};
  Bytes ada = key.make(resident_request("ada"));
  Bytes bob = key.make(resident_request("bob"));
  Bytes eve = key.make(resident_request("eve"));

  [[nodiscard]] Value::Map verified_request() {
    key.set_pin();
    const auto param = key.token_param(permission::kGetAssertion);
    return with(with(assertion_request(), 6, param), 7, 2);
  }
};

std::string user_of(const Bytes& answer) {
  return std::string(as_text(*body_of(answer).find(4)->find("id")->bytes()));
}

}  // namespace

TEST_CASE("credentials answer newest first, and each answer is signed by its own") {
  Three three;
  auto& key = three.key;
  const auto first = key.assertion(assertion_request());
  CHECK(user_of(first) == "eve");
  CHECK(body_of(first).find(5)->number() == 3);
  CHECK(verify_assertion(three.eve, first) == FIDO_OK);

  const auto second = key.next_assertion();
  CHECK_FALSE(key.asked);
  CHECK(user_of(second) == "bob");
  CHECK(body_of(second).find(5) == nullptr);
  CHECK(verify_assertion(three.bob, second) == FIDO_OK);
  CHECK(verify_assertion(three.ada, key.next_assertion()) == FIDO_OK);
  CHECK(status_of(key.next_assertion()) == Status::not_allowed);
  CHECK(key.history.signatures == 6);
}

TEST_CASE("an overwritten credential is new again") {
  Three three;
  (void)three.key.make(resident_request("ada"));
  CHECK(user_of(three.key.assertion(assertion_request())) == "ada");
}

TEST_CASE("names are told to the verified alone, and only where there is a choice") {
  Three three;
  auto& key = three.key;
  const auto unverified = body_of(key.assertion(assertion_request()));
  CHECK(unverified.find(4)->map()->size() == 1);

  const auto verified = key.assertion(three.verified_request());
  CHECK(data_of(verified).flags == 0x05);
  CHECK(*body_of(verified).find(4) ==
        Value::Map{{"id", as_bytes("eve")}, {"name", "eve"}, {"displayName", "Mx eve"}});
  const auto next = key.next_assertion();
  CHECK(verify_assertion(three.bob, next, {.user_verified = true}) == FIDO_OK);
  CHECK(body_of(next).find(4)->find("name")->text()->compare("bob") == 0);

  auto& stored = key.state.credentials;
  stored.erase(stored.begin(), stored.begin() + 2);
  const auto alone = body_of(key.assertion(three.verified_request()));
  CHECK(alone.find(4)->map()->size() == 1);
  CHECK(alone.find(5) == nullptr);
}

TEST_CASE("the next assertion follows within thirty seconds of the last") {
  Three three;
  auto& key = three.key;
  (void)key.assertion(assertion_request());
  key.now += Millis(29'999);
  CHECK(status_of(key.next_assertion()) == Status::ok);
  key.now += Millis(29'999);
  CHECK(status_of(key.next_assertion()) == Status::ok);

  (void)key.assertion(assertion_request());
  key.now += Millis(30'000);
  CHECK(status_of(key.next_assertion()) == Status::not_allowed);
  key.now -= Millis(30'000);
  CHECK(status_of(key.next_assertion()) == Status::not_allowed);
}

TEST_CASE("the thirty seconds begin with the touch") {
  Three three;
  auto& key = three.key;
  auto env = key.environment();
  auto outcome = get_assertion(env, assertion_request(), key.now);
  key.now += Millis(29'000);
  CHECK(status_of(std::get<Wait>(outcome).then(Reply::yes, key.now)) == Status::ok);
  key.now += Millis(29'000);
  CHECK(status_of(key.next_assertion()) == Status::ok);
}

TEST_CASE("nothing comes next where there was nothing first, or one") {
  BareKey key("fido-2.1");
  CHECK(status_of(key.next_assertion()) == Status::not_allowed);
  (void)key.make(resident_request("ada"));
  CHECK(status_of(key.assertion(assertion_request())) == Status::ok);
  CHECK(status_of(key.next_assertion()) == Status::not_allowed);
}

TEST_CASE("another getAssertion ends what the last began, even a refused one") {
  Three three;
  auto& key = three.key;
  (void)key.assertion(assertion_request());
  (void)key.assertion({});
  CHECK(status_of(key.next_assertion()) == Status::not_allowed);
}

TEST_CASE("a credential deleted meanwhile is not there any more") {
  Three three;
  auto& key = three.key;
  (void)key.assertion(assertion_request());
  key.state.credentials.clear();
  CHECK(status_of(key.next_assertion()) == Status::no_credentials);
}
