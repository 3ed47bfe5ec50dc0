// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <set>

#include "core/crypto/hash.hpp"
#include "tests/unit/hal/fido/crypto/oracle.hpp"
#include "tests/unit/hal/fido/ctap2/key_with_pin.hpp"

using namespace latchkey;
using namespace latchkey::fido::sim;
using namespace latchkey::fido::sim::test;

namespace {

constexpr int kMetadata = 1;
constexpr int kRps = 2;
constexpr int kNextRp = 3;
constexpr int kCredentials = 4;
constexpr int kNextCredential = 5;
constexpr int kDelete = 6;
constexpr int kUpdate = 7;

Bytes hash_of(std::string_view rp_id) { return to_bytes(crypto::sha256(as_bytes(rp_id)).value()); }

ResidentCredential credential(std::uint8_t id, const std::string& rp_id, SigningKey::Kind kind) {
  SigningKey::Seed seed{};
  seed.fill(id);
  ResidentCredential made{.key = SigningKey::from_seed(kind, seed).value()};
  made.id = {id, id};
  made.rp_id = rp_id;
  made.rp_id_hash = crypto::sha256(as_bytes(rp_id)).value();
  made.user_id = {id};
  made.user_name = "user " + std::to_string(id);
  made.protection = CredProtect::required;
  made.made = id;
  return made;
}

struct Stocked : KeyWithPin {
  explicit Stocked(Model chosen = {}, int chosen_protocol = 2)
      : KeyWithPin(std::move(chosen), chosen_protocol) {
    REQUIRE(set_pin("1234") == Status::ok);
    state.credentials = {credential(1, "ssh:", SigningKey::Kind::ed25519),
                         credential(2, "ssh:work", SigningKey::Kind::p256),
                         credential(3, "ssh:", SigningKey::Kind::p256),
                         credential(4, "example.org", SigningKey::Kind::p256),
                         credential(5, "ssh:", SigningKey::Kind::p256)};
    bind({});
  }

  /// A token for managing, for one relying party or all.
  void bind(const std::optional<std::string>& rp_id) {
    const auto opened = model.fido_2_1 ? token("1234", permission::kCredentialManagement, rp_id)
                                       : pin_token("1234");
    REQUIRE(opened.status == Status::ok);
    token_ = opened.value;
  }

  /// A request that is right in its token.
  [[nodiscard]] Value::Map request(int sub_command, const std::optional<Value>& parameters = {}) {
    Bytes message{static_cast<std::uint8_t>(sub_command)};
    if (parameters) message = join(message, parameters->encode());
    Value::Map whole{
        {1, sub_command}, {3, protocol}, {4, pin_uv_auth_param(protocol, token_, message)}};
    if (parameters) whole.emplace(2, *parameters);
    return whole;
  }
  [[nodiscard]] Reading manage(int sub_command, const std::optional<Value>& parameters = {}) {
    return credential_management(request(sub_command, parameters));
  }
  [[nodiscard]] Reading next(int sub_command) { return credential_management({{1, sub_command}}); }

 private:
  Bytes token_;
};

Value of_rp(std::string_view rp_id) { return Value::Map{{1, hash_of(rp_id)}}; }
Value named(std::uint8_t id) {
  return Value::Map{{2, Value::Map{{"id", Bytes{id, id}}, {"type", "public-key"}}}};
}
Value update(std::uint8_t id, const Value::Map& user) {
  auto parameters = *named(id).map();
  parameters.emplace(3, user);
  return parameters;
}

std::vector<int> ids_of(const State& state) {
  std::vector<int> ids;
  for (const auto& each : state.credentials) ids.push_back(each.id.front());
  return ids;
}

}  // namespace

TEST_CASE("the metadata count what is stored and what still fits") {
  Stocked key;
  CHECK(key.manage(kMetadata).value == Value(Value::Map{{1, 5}, {2, 20}}));
  key.state.credentials.clear();
  CHECK(key.manage(kMetadata).value == Value(Value::Map{{1, 0}, {2, 25}}));

  auto full = find_model("full").value();
  Stocked other(full);
  CHECK(other.manage(kMetadata).value == Value(Value::Map{{1, 5}, {2, 0}}));
}

TEST_CASE("relying parties are enumerated, each once") {
  for (const int protocol : {1, 2}) {
    Stocked key({}, protocol);
    auto reading = key.manage(kRps);
    CHECK(reading.value.find(5)->number() == 3);
    std::vector<std::string> seen;
    for (int i = 0; i < 3; ++i) {
      if (i > 0) reading = key.next(kNextRp);
      REQUIRE(reading.status == Status::ok);
      CHECK((reading.value.find(5) != nullptr) == (i == 0));
      const auto id = *reading.value.find(3)->find("id")->text();
      CHECK(*reading.value.find(4)->bytes() == hash_of(id));
      seen.push_back(id);
    }
    CHECK(seen == std::vector<std::string>{"ssh:", "ssh:work", "example.org"});
    CHECK(key.next(kNextRp).status == Status::not_allowed);
  }
}

TEST_CASE("the credentials of a relying party are enumerated, with all there is to them") {
  Stocked key;
  auto reading = key.manage(kCredentials, of_rp("ssh:"));
  CHECK(reading.value ==
        Value(Value::Map{
            {6, Value::Map{{"id", Bytes{1}}, {"name", "user 1"}}},
            {7, Value::Map{{"id", Bytes{1, 1}}, {"type", "public-key"}}},
            {8,
             Value::Map{{1, 1}, {3, -8}, {-1, 6}, {-2, key.state.credentials[0].key.public_key()}}},
            {9, 3},
            {10, 3}}));
  const auto second = key.next(kNextCredential);
  CHECK(second.value.find(7)->find("id")->bytes()->front() == 3);
  CHECK(second.value.find(8)->find(3)->number() == -7);
  CHECK(second.value.find(9) == nullptr);
  CHECK(key.next(kNextCredential).value.find(7)->find("id")->bytes()->front() == 5);
  CHECK(key.next(kNextCredential).status == Status::not_allowed);
  CHECK(key.next(kNextCredential).status == Status::not_allowed);
}

TEST_CASE("where nothing is stored there is nothing to enumerate") {
  Stocked key;
  CHECK(key.manage(kCredentials, of_rp("ssh")).status == Status::no_credentials);
  CHECK(key.manage(kCredentials, Value::Map{{1, Bytes{}}}).status == Status::no_credentials);
  key.state.credentials.clear();
  CHECK(key.manage(kRps).status == Status::no_credentials);
  CHECK(key.manage(kCredentials, of_rp("ssh:")).status == Status::no_credentials);
  CHECK(key.next(kNextRp).status == Status::not_allowed);
}

TEST_CASE("an enumeration goes on only when nothing came between, within 30 seconds") {
  const auto begin = [](Stocked& key, int next) {
    const auto first = next == kNextRp ? key.manage(kRps) : key.manage(kCredentials, of_rp("ssh:"));
    REQUIRE(first.status == Status::ok);
  };
  for (const int next : {kNextRp, kNextCredential}) {
    const int other_next = next == kNextRp ? kNextCredential : kNextRp;
    Stocked key;
    CHECK(key.next(next).status == Status::not_allowed);
    begin(key, next);
    CHECK(key.next(other_next).status == Status::not_allowed);
    CHECK(key.next(next).status == Status::not_allowed);
    for (const int between : {kMetadata, kDelete, kUpdate}) {
      begin(key, next);
      (void)key.manage(between);
      CHECK(key.next(next).status == Status::not_allowed);
    }
    begin(key, next);
    CHECK(key.next(next).status == Status::ok);
    begin(key, other_next);
    CHECK(key.next(next).status == Status::not_allowed);
    // What is no request at all ends nothing.
    begin(key, next);
    CHECK(key.credential_management({{1, "text"}}).status == Status::cbor_unexpected_type);
    CHECK(key.next(next).status == Status::ok);

    // Each next one has 30 seconds of its own.
    begin(key, next);
    for (int i = 0; i < 2; ++i) {
      key.now += Millis(29'999);
      CHECK(key.next(next).status == Status::ok);
    }
    begin(key, next);
    key.now += Millis(30'000);
    CHECK(key.next(next).status == Status::not_allowed);
    key.now -= Millis(30'000);
    CHECK(key.next(next).status == Status::not_allowed);
  }
}

TEST_CASE("a credential is deleted by its identifier") {
  Stocked key;
  CHECK(key.manage(kDelete, named(3)).status == Status::ok);
  CHECK(ids_of(key.state) == std::vector{1, 2, 4, 5});
  CHECK(key.manage(kDelete, named(3)).status == Status::no_credentials);
  CHECK(key.manage(kDelete, named(99)).status == Status::no_credentials);
  CHECK(ids_of(key.state) == std::vector{1, 2, 4, 5});
  CHECK(key.manage(kMetadata).value == Value(Value::Map{{1, 4}, {2, 21}}));
}

TEST_CASE("what is known of a user is replaced, and what is not given taken away") {
  Stocked key;
  const auto& third = key.state.credentials[2];
  CHECK(key.manage(kUpdate, update(3, {{"id", Bytes{3}}, {"displayName", "Ren\u00e9"}})).status ==
        Status::ok);
  CHECK(third.user_name.empty());
  CHECK(third.user_display_name == "Ren\u00e9");
  const auto shown = key.manage(kCredentials, of_rp("ssh:"));
  CHECK(key.next(kNextCredential).value.find(6)->map()->size() == 2);
  CHECK(key.manage(kUpdate, update(3, {{"id", Bytes{3}}, {"name", "r"}})).status == Status::ok);
  CHECK(third.user_name == "r");
  CHECK(third.user_display_name.empty());
  const auto name = std::string(63, 'a') + "\u00e9";
  const auto long_names = Value::Map{{"id", Bytes{3}}, {"name", name}, {"displayName", name}};
  CHECK(key.manage(kUpdate, update(3, long_names)).status == Status::ok);
  CHECK(third.user_name == std::string(63, 'a'));
  CHECK(third.user_display_name == std::string(63, 'a'));

  const auto before = to_json(key.state);
  CHECK(key.manage(kUpdate, update(3, {{"id", Bytes{4}}, {"name", "x"}})).status ==
        Status::invalid_parameter);
  CHECK(key.manage(kUpdate, update(9, {{"id", Bytes{3}}, {"name", "x"}})).status ==
        Status::no_credentials);
  CHECK(key.manage(kUpdate, update(3, {{"name", "x"}})).status == Status::missing_parameter);
  CHECK(key.manage(kUpdate, named(3)).status == Status::missing_parameter);
  for (const auto* field : {"id", "name", "displayName"}) {
    Value::Map user{{"id", Bytes{3}}};
    user.insert_or_assign(field, 5);
    CHECK(key.manage(kUpdate, update(3, user)).status == Status::cbor_unexpected_type);
  }
  CHECK(to_json(key.state) == before);
}

TEST_CASE("every subcommand but the next ones wants a token with the permission to manage") {
  for (const int sub_command : {kMetadata, kRps, kCredentials, kDelete, kUpdate}) {
    for (const int protocol : {1, 2}) {
      Stocked key({}, protocol);
      const auto parameters = sub_command == kCredentials ? std::optional(of_rp("ssh:"))
                              : sub_command == kDelete    ? std::optional(named(1))
                              : sub_command == kUpdate
                                  ? std::optional(update(1, {{"id", Bytes{1}}}))
                                  : std::nullopt;
      const auto right = key.request(sub_command, parameters);
      const auto before = to_json(key.state);
      auto request = right;
      request.erase(4);
      CHECK(key.credential_management(request).status == Status::puat_required);
      request = right;
      request.erase(3);
      CHECK(key.credential_management(request).status == Status::missing_parameter);
      request.emplace(3, 7);
      CHECK(key.credential_management(request).status == Status::invalid_parameter);
      each_bit_flip(*right.at(4).bytes(), [&](const Bytes& param) {
        request = right;
        request.insert_or_assign(4, param);
        CHECK(key.credential_management(request).status == Status::pin_auth_invalid);
      });
      // The parameters are under the MAC as well, and so is the subcommand.
      request = right;
      auto more = parameters ? *parameters->map() : Value::Map{};
      more.emplace(99, 99);
      request.insert_or_assign(2, std::move(more));
      CHECK(key.credential_management(request).status == Status::pin_auth_invalid);
      request = right;
      request.insert_or_assign(1, sub_command == kRps ? kMetadata : kRps);
      CHECK(key.credential_management(request).status == Status::pin_auth_invalid);
      CHECK(to_json(key.state) == before);
      CHECK(key.credential_management(right).status == Status::ok);
    }
  }
}

TEST_CASE("a token without the permission manages nothing") {
  Stocked key;
  const auto token = key.token("1234", 3, "ssh:").value;
  CHECK(key.credential_management(
               {{1, kMetadata}, {3, 2}, {4, pin_uv_auth_param(2, token, Bytes{kMetadata})}})
            .status == Status::pin_auth_invalid);
}

TEST_CASE("a token for one relying party manages its credentials alone") {
  Stocked key;
  key.bind("ssh:");
  CHECK(key.manage(kMetadata).status == Status::pin_auth_invalid);
  CHECK(key.manage(kRps).status == Status::pin_auth_invalid);
  CHECK(key.manage(kCredentials, of_rp("ssh:work")).status == Status::pin_auth_invalid);
  CHECK(key.manage(kCredentials, of_rp("not stored")).status == Status::pin_auth_invalid);
  CHECK(key.manage(kDelete, named(2)).status == Status::pin_auth_invalid);
  CHECK(key.manage(kUpdate, update(2, {{"id", Bytes{2}}})).status == Status::pin_auth_invalid);
  CHECK(ids_of(key.state) == std::vector{1, 2, 3, 4, 5});
  CHECK(key.state.credentials[1].user_name == "user 2");

  CHECK(key.manage(kCredentials, of_rp("ssh:")).status == Status::ok);
  CHECK(key.manage(kUpdate, update(1, {{"id", Bytes{1}}})).status == Status::ok);
  CHECK(key.manage(kDelete, named(1)).status == Status::ok);
  CHECK(ids_of(key.state) == std::vector{2, 3, 4, 5});
}

TEST_CASE("managing for all does not bind a token to anyone") {
  Stocked key;
  CHECK(key.manage(kCredentials, of_rp("ssh:")).status == Status::ok);
  CHECK(key.manage(kDelete, named(2)).status == Status::ok);
  CHECK(key.manage(kRps).status == Status::ok);
}

TEST_CASE("parameters of managing are needed, and have their types") {
  Stocked key;
  CHECK(key.credential_management({}).status == Status::missing_parameter);
  for (const int sub_command : {kCredentials, kDelete, kUpdate}) {
    CHECK(key.manage(sub_command).status == Status::missing_parameter);
    CHECK(key.manage(sub_command, Value(Value::Map{})).status == Status::missing_parameter);
    // Also before the token is looked at.
    CHECK(key.credential_management({{1, sub_command}, {3, 2}, {4, Bytes(32)}}).status ==
          Status::missing_parameter);
  }
  CHECK(key.manage(kCredentials, Value(Value::Map{{1, "text"}})).status ==
        Status::cbor_unexpected_type);
  CHECK(key.manage(kDelete, Value(Value::Map{{2, "text"}})).status == Status::cbor_unexpected_type);
  CHECK(key.manage(kDelete, Value(Value::Map{{2, Value::Map{}}})).status ==
        Status::missing_parameter);
  CHECK(key.manage(kDelete, Value(Value::Map{{2, Value::Map{{"id", 1}}}})).status ==
        Status::cbor_unexpected_type);
  auto request = key.request(kMetadata);
  for (const int label : {1, 2, 3, 4}) {
    auto other = request;
    other.insert_or_assign(label, true);
    CHECK(key.credential_management(other).status == Status::cbor_unexpected_type);
  }
}

TEST_CASE("what a key can manage follows its model") {
  auto preview = find_model("fido-2.0").value();
  preview.credential_management = true;
  Stocked old(preview, preview.pin_protocols.front());
  Stocked key;
  for (int sub_command = -1; sub_command < 300; ++sub_command) {
    CAPTURE(sub_command);
    const bool next = sub_command == kNextRp || sub_command == kNextCredential;
    const auto expected = next ? Status::not_allowed : Status::puat_required;
    CHECK(key.credential_management({{1, sub_command}}).status ==
          (sub_command >= 1 && sub_command <= 7 ? expected : Status::invalid_subcommand));
    CHECK(old.credential_management({{1, sub_command}}).status ==
          (sub_command >= 1 && sub_command <= 6 ? expected : Status::invalid_parameter));
  }
  // The preview's tokens have no permissions: getPinToken's is enough.
  CHECK(old.manage(kMetadata).value.find(1)->number() == 5);
  CHECK(old.manage(kRps).value.find(5)->number() == 3);
  CHECK(old.next(kNextRp).status == Status::ok);
  CHECK(old.manage(kCredentials, of_rp("ssh:")).value.find(9)->number() == 3);
  CHECK(old.manage(kDelete, named(1)).status == Status::ok);

  Model without;
  without.credential_management = false;
  KeyWithPin none(without);
  CHECK(none.credential_management({{1, kMetadata}}).status == Status::invalid_command);
}
