// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>
#include <fido.h>

#include "core/crypto/hash.hpp"
#include "tests/unit/hal/fido/ctap2/verdict.hpp"

using namespace latchkey;
using namespace latchkey::fido::sim;
using namespace latchkey::fido::sim::test;

namespace {

BareKey with_slots(std::uint32_t slots) {
  auto model = find_model("fido-2.1").value();
  model.resident_slots = slots;
  return BareKey(model);
}

}  // namespace

TEST_CASE("a resident credential is stored with its user") {
  BareKey key("fido-2.1");
  const auto id = id_of(key.make(resident_request("ada")));
  REQUIRE(key.state.credentials.size() == 1);
  const auto& stored = key.state.credentials.front();
  CHECK(stored.id == id);
  CHECK(stored.rp_id == kRpId);
  CHECK(stored.rp_id_hash == crypto::sha256(as_bytes(kRpId)).value());
  CHECK(stored.user_id == to_bytes(as_bytes("ada")));
  CHECK(stored.user_name == "ada");
  CHECK(stored.user_display_name == "Mx ada");
  CHECK(stored.made == key.state.credentials_made);
}

TEST_CASE("a second credential for the same user takes the place of the first") {
  BareKey key("fido-2.1");
  const auto first = id_of(key.make(resident_request("ada")));
  (void)key.make(resident_request("bob"));
  const auto second = id_of(key.make(resident_request("ada")));
  CHECK(key.state.credentials.size() == 2);
  CHECK(status_of(key.assertion(assertion_request({first}))) == Status::no_credentials);
  CHECK(status_of(key.assertion(assertion_request({second}))) == Status::ok);

  const auto elsewhere = with(resident_request("ada"), 2, Value::Map{{"id", "ssh:b"}});
  CHECK(status_of(key.make(elsewhere)) == Status::ok);
  CHECK(key.state.credentials.size() == 3);
}

TEST_CASE("a full store takes nothing new, and says so after the touch") {
  auto key = with_slots(2);
  (void)key.make(resident_request("ada"));
  (void)key.make(resident_request("bob"));
  CHECK(status_of(key.make(resident_request("eve"))) == Status::key_store_full);
  CHECK(key.asked);
  CHECK(key.state.credentials.size() == 2);
  CHECK(key.history.signatures == 2);
  CHECK(status_of(key.make(resident_request("bob"))) == Status::ok);
  CHECK(status_of(key.make(credential_request())) == Status::ok);

  BareKey full("full");
  CHECK(status_of(full.make(resident_request("ada"))) == Status::key_store_full);
}

TEST_CASE("a key that only claims to store does not") {
  auto model = find_model("fido-2.1").value();
  model.resident_keys = false;
  model.misbehaviour.claims_resident_keys = true;
  BareKey key(model);
  CHECK(status_of(key.make(resident_request("ada"))) == Status::key_store_full);
  CHECK(key.state.credentials.empty());
}

TEST_CASE("long names are cut between two characters") {
  BareKey key("fido-2.1");
  const std::string names[] = {std::string(64, 'a'), std::string(65, 'a'),
                               std::string(63, 'a') + "\u00e9", std::string(62, 'a') + "\u00e9"};
  const std::size_t sizes[] = {64, 64, 63, 64};
  for (std::size_t i = 0; i < std::size(names); ++i) {
    const auto user = Value::Map{{"id", Bytes{1}}, {"name", names[i]}, {"displayName", names[i]}};
    CHECK(status_of(key.make(with(resident_request("ada"), 3, user))) == Status::ok);
    CHECK(key.state.credentials.back().user_name == names[i].substr(0, sizes[i]));
    CHECK(key.state.credentials.back().user_display_name == names[i].substr(0, sizes[i]));
  }
}

TEST_CASE("users need no names") {
  BareKey key("fido-2.1");
  const auto user = Value::Map{{"id", Bytes{1}}};
  CHECK(status_of(key.make(with(resident_request("ada"), 3, user))) == Status::ok);
  CHECK(key.state.credentials.back().user_name.empty());
}
