// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>
#include <fido.h>

#include "tests/unit/hal/fido/ctap2/verdict.hpp"

// credProtect (CTAP 2.1 section 12.1), in every command that heeds it.

using namespace latchkey;
using namespace latchkey::fido::sim;
using namespace latchkey::fido::sim::test;

namespace {

Value::Map protected_request(int level, const std::string& user = "pi") {
  return with(resident_request(user), 6, Value::Map{{"credProtect", level}});
}

Value::Map verified(BareKey& key, Value::Map request, int parameter, std::uint8_t permission) {
  const auto param = key.token_param(permission);
  return with(with(std::move(request), parameter, param), parameter + 1, 2);
}

}  // namespace

TEST_CASE("a level that is asked for is stored and said, and libfido2 sees it signed") {
  BareKey key("fido-2.1");
  for (const int level : {1, 2, 3}) {
    const auto made = key.make(protected_request(level));
    const auto data = data_of(made);
    CHECK(data.flags == 0xC1);
    CHECK(data.extensions == Value(Value::Map{{"credProtect", level}}));
    CHECK(static_cast<int>(key.state.credentials.back().protection) == level);
    CHECK(verify_credential(made, level) == FIDO_OK);
    CHECK(verify_credential(made, level % 3 + 1) != FIDO_OK);
  }
}

TEST_CASE("a level that nobody asked for is not said, nor are extensions without a name here") {
  BareKey key("fido-2.1");
  CHECK(data_of(key.make(resident_request("pi"))).flags == 0x41);
  CHECK(key.state.credentials.back().protection == CredProtect::optional);
  const auto unknown = credential_request(6, Value::Map{{"hmac-secret", true}, {"x", 1}});
  CHECK(data_of(key.make(unknown)).flags == 0x41);

  BareKey older("fido-2.0");
  CHECK(data_of(older.make(protected_request(3))).flags == 0x41);
  CHECK(older.state.credentials.back().protection == CredProtect::optional);
}

TEST_CASE("there are three levels") {
  BareKey key("fido-2.1");
  for (const int level : {-1, 0, 4}) {
    CHECK(status_of(key.make(protected_request(level))) == Status::invalid_option);
  }
}

TEST_CASE("what needs verification is found by nobody else") {
  BareKey key("fido-2.1");
  const auto id = id_of(key.make(protected_request(3)));
  const auto by_list = assertion_request({id});
  const auto by_name = assertion_request();
  CHECK(status_of(key.assertion(by_list)) == Status::no_credentials);
  CHECK(status_of(key.assertion(by_name)) == Status::no_credentials);

  key.set_pin();
  CHECK(status_of(key.assertion(verified(key, by_list, 6, permission::kGetAssertion))) ==
        Status::ok);
  CHECK(status_of(key.assertion(verified(key, by_name, 6, permission::kGetAssertion))) ==
        Status::ok);
}

TEST_CASE("what is optional with a list is found with it, or by the verified") {
  BareKey key("fido-2.1");
  const auto id = id_of(key.make(protected_request(2)));
  CHECK(status_of(key.assertion(assertion_request({id}))) == Status::ok);
  CHECK(status_of(key.assertion(assertion_request())) == Status::no_credentials);
  key.set_pin();
  const auto request = verified(key, assertion_request(), 6, permission::kGetAssertion);
  CHECK(status_of(key.assertion(request)) == Status::ok);
}

TEST_CASE("a level holds for credentials that lie in their identifiers") {
  BareKey key("fido-2.1");
  const auto request = credential_request(6, Value::Map{{"credProtect", 3}});
  const auto id = id_of(key.make(request));
  CHECK(key.state.credentials.empty());
  CHECK(status_of(key.assertion(assertion_request({id}))) == Status::no_credentials);
}

TEST_CASE("what needs verification excludes nothing unless the user is verified") {
  BareKey key("fido-2.1");
  const auto id = id_of(key.make(protected_request(3)));
  const auto excluding = credential_request(5, descriptors({id}));
  CHECK(status_of(key.make(excluding)) == Status::ok);
  key.set_pin();
  const auto request = verified(key, excluding, 8, permission::kMakeCredential);
  CHECK(status_of(key.make(request)) == Status::credential_excluded);
  CHECK(key.asked);
}
