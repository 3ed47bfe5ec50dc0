// SPDX-License-Identifier: MIT
#include "hal/fido/sim/device/state.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "core/crypto/hash.hpp"
#include "tests/unit/pairing/seeded_random.hpp"

using namespace latchkey;
using namespace latchkey::fido::sim;

namespace {

using Json = nlohmann::ordered_json;
using Pointer = Json::json_pointer;

SigningKey key(SigningKey::Kind kind, std::uint8_t byte) {
  SigningKey::Seed seed{};
  seed.fill(byte);
  return SigningKey::from_seed(kind, seed).value();
}

ResidentCredential credential(const std::string& rp_id, SigningKey::Kind kind) {
  ResidentCredential made{.key = key(kind, 7)};
  made.id = {1, 2, 3};
  made.rp_id = rp_id;
  made.rp_id_hash = crypto::sha256(as_bytes(rp_id)).value();
  made.user_id = {4, 5};
  made.user_name = "ren\u00e9 \"\\\n";
  made.user_display_name = "\U0001F511";
  made.protection = CredProtect::required;
  made.made = 0xFFFF'FFFF'FFFF'FFFF;
  return made;
}

State used() {
  State state{.factory = {key(SigningKey::Kind::p256, 9), {{0x30, 1}, {0x30, 2}, {0x30, 3}}}};
  state.wrapping_key.fill(0xAB);
  state.pin_hash.emplace().fill(0xCD);
  state.pin_code_points = 63;
  state.pin_tries = 5;
  state.verification_tries = 2;
  state.signature_counter = 0xFFFF'FFFF;
  state.credentials_made = 17;
  state.credentials = {credential("ssh:", SigningKey::Kind::ed25519),
                       credential("ssh:work", SigningKey::Kind::p256)};
  return state;
}

State fresh() { return {.factory = {key(SigningKey::Kind::p256, 9), {}}}; }

std::string complaint(const std::string& text) {
  const auto state = from_json(text);
  if (state) return "none";
  CHECK(state.error().is(Errc::malformed));
  return state.error().doing;
}
std::string complaint(const Json& json) { return complaint(json.dump()); }

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// Each member of each object, as a pointer and as the path that a complaint would name.
struct Member {
  Pointer pointer;
  std::string path;
};
void find_members(const Json& json, const Member& at, std::vector<Member>& members) {
  if (json.is_array()) {
    for (std::size_t i = 0; i < json.size(); ++i) {
      find_members(json[i], {at.pointer / i, at.path + "[" + std::to_string(i) + "]"}, members);
    }
  }
  if (!json.is_object()) return;
  for (const auto& item : json.items()) {
    const Member member{at.pointer / item.key(),
                        at.path.empty() ? item.key() : at.path + "." + item.key()};
    members.push_back(member);
    find_members(item.value(), member, members);
  }
}
std::vector<Member> members_of(const Json& json) {
  std::vector<Member> members;
  find_members(json, {Pointer(), ""}, members);
  return members;
}

}  // namespace

TEST_CASE("a state comes back from its JSON as it was") {
  for (const auto& state : {used(), fresh()}) {
    const auto text = to_json(state);
    const auto back = from_json(text);
    REQUIRE(back);
    CHECK(to_json(*back) == text);
  }
}

TEST_CASE("each field of a state is in its JSON under its own name") {
  const auto json = Json::parse(to_json(used()));
  CHECK(json["version"] == 1);
  CHECK(json["factory"]["attestation_key"]["kind"] == "p256");
  CHECK(json["factory"]["attestation_key"]["seed"] == to_hex(Bytes(32, 9)));
  CHECK(json["factory"]["chain"] == Json{"3001", "3002", "3003"});
  CHECK(json["wrapping_key"] == to_hex(Bytes(32, 0xAB)));
  CHECK(json["pin_hash"] == to_hex(Bytes(16, 0xCD)));
  CHECK(json["pin_code_points"] == 63);
  CHECK(json["pin_tries"] == 5);
  CHECK(json["verification_tries"] == 2);
  CHECK(json["signature_counter"] == 0xFFFF'FFFFU);
  CHECK(json["credentials_made"] == 17);
  const auto& first = json["credentials"][0];
  CHECK(first["id"] == "010203");
  CHECK(first["rp_id"] == "ssh:");
  CHECK(first["rp_id_hash"] == to_hex(crypto::sha256(as_bytes("ssh:")).value()));
  CHECK(first["user_id"] == "0405");
  CHECK(first["user_name"] == "ren\u00e9 \"\\\n");
  CHECK(first["user_display_name"] == "\U0001F511");
  CHECK(first["key"]["kind"] == "ed25519");
  CHECK(first["protection"] == 3);
  CHECK(first["made"] == 0xFFFF'FFFF'FFFF'FFFFU);
  CHECK(json["credentials"].size() == 2);
  CHECK(Json::parse(to_json(fresh()))["pin_hash"].is_null());
}

TEST_CASE("a missing field is refused by its name") {
  const auto whole = Json::parse(to_json(used()));
  const auto members = members_of(whole);
  CHECK(members.size() == 10 + 2 + 2 + 2 * (9 + 2));
  for (const auto& member : members) {
    auto json = whole;
    json.at(member.pointer.parent_pointer()).erase(member.pointer.back());
    CHECK(complaint(json) ==
          "reading the state of a simulated key: " + member.path + " is missing");
  }
}

TEST_CASE("a field that nobody knows is refused by its name") {
  const auto whole = Json::parse(to_json(used()));
  const std::pair<const char*, const char*> places[] = {
      {"/extra", "extra"},
      {"/factory/extra", "factory.extra"},
      {"/factory/attestation_key/extra", "factory.attestation_key.extra"},
      {"/credentials/1/extra", "credentials[1].extra"},
      {"/credentials/1/key/extra", "credentials[1].key.extra"}};
  for (const auto& [place, path] : places) {
    auto json = whole;
    json[Pointer(place)] = 1;
    CHECK(complaint(json) ==
          std::string("reading the state of a simulated key: ") + path + " is not a field of it");
  }
}

TEST_CASE("a name that nobody knows is shown as what a terminal can take") {
  auto json = Json::parse(to_json(used()));
  json["\x1b[2J" + std::string(100, 'x')] = 1;
  CHECK(complaint(json) == "reading the state of a simulated key: ?[2J" + std::string(28, 'x') +
                               "... is not a field of it");
}

TEST_CASE("a field of another type is refused by its name") {
  const auto whole = Json::parse(to_json(used()));
  const Json others[] = {
      nullptr, true, -1, 1.5, "text", Json::array({1}), Json::object({{"a", 1}})};
  for (const auto& member : members_of(whole)) {
    for (const auto& other : others) {
      // Texts may say anything, and no PIN may be set: other cases look at what that leads to.
      const bool is_free_text = contains(member.path, "user_") && !contains(member.path, "user_id");
      if (is_free_text && other.is_string()) continue;
      auto json = whole;
      json[member.pointer] = other;
      CAPTURE(member.path);
      CAPTURE(other.dump());
      const auto said = complaint(json);
      CHECK(contains(said, "reading the state of a simulated key: "));
      const auto name = member.pointer.back();
      CHECK((contains(said, name) || (name == "pin_hash" && contains(said, "pin_code_points"))));
    }
  }
}

TEST_CASE("numbers beyond their bounds are refused by name") {
  const auto whole = Json::parse(to_json(used()));
  struct Bound {
    const char* place;
    std::uint64_t largest;
    const char* says;
  };
  const Bound bounds[] = {
      {"/version", 1, "version is not 1, the only one known"},
      {"/pin_code_points", 63, "pin_code_points is not a number from 0 to 63"},
      {"/pin_tries", 8, "pin_tries is not a number from 0 to 8"},
      {"/verification_tries", 5, "verification_tries is not a number from 0 to 5"},
      {"/signature_counter", 0xFFFF'FFFF, "signature_counter is not a number from 0 to 4294967295"},
      {"/credentials/0/protection", 3, "credentials[0].protection is not a number from 0 to 3"}};
  for (const auto& bound : bounds) {
    auto json = whole;
    json[Pointer(bound.place)] = bound.largest;
    CHECK(complaint(json) == "none");
    json[Pointer(bound.place)] = bound.largest + 1;
    CHECK(complaint(json) == std::string("reading the state of a simulated key: ") + bound.says);
  }
}

TEST_CASE("bytes of another length, and what is no hexadecimal, are refused by name") {
  const auto whole = Json::parse(to_json(used()));
  const std::pair<const char*, const char*> places[] = {
      {"/wrapping_key", "wrapping_key is not of 32 bytes"},
      {"/pin_hash", "pin_hash is not of 16 bytes"},
      {"/factory/attestation_key/seed", "factory.attestation_key.seed is not of 32 bytes"},
      {"/credentials/0/rp_id_hash", "credentials[0].rp_id_hash is not of 32 bytes"},
      {"/credentials/1/key/seed", "credentials[1].key.seed is not of 32 bytes"}};
  for (const auto& [place, says] : places) {
    const auto hex = whole[Pointer(place)].get<std::string>();
    for (const auto& other : {hex + "00", hex.substr(2), std::string()}) {
      auto json = whole;
      json[Pointer(place)] = other;
      CHECK(contains(complaint(json), says));
    }
    for (const auto& other : {hex + "0", "zz" + hex.substr(2)}) {
      auto json = whole;
      json[Pointer(place)] = other;
      CHECK(contains(complaint(json), "is not hexadecimal"));
    }
  }
  for (const auto* place : {"/factory/chain/2", "/credentials/0/id", "/credentials/0/user_id"}) {
    auto json = whole;
    json[Pointer(place)] = "0g";
    CHECK(contains(complaint(json), "is not hexadecimal"));
  }
}

TEST_CASE("values that do not fit each other are refused by name") {
  const auto whole = Json::parse(to_json(used()));
  const auto with = [&](const char* place, const Json& value) {
    auto json = whole;
    json[Pointer(place)] = value;
    return complaint(json);
  };
  CHECK(contains(with("/pin_hash", nullptr), "pin_code_points does not fit pin_hash"));
  CHECK(contains(with("/pin_code_points", 0), "pin_code_points does not fit pin_hash"));
  CHECK(contains(with("/credentials/0/rp_id", "ssh:else"),
                 "credentials[0].rp_id_hash is not the SHA-256 of rp_id"));
  CHECK(contains(with("/credentials/0/protection", 0),
                 "credentials[0].protection is not a number from 1 to 3"));
  CHECK(contains(with("/credentials/0/key/kind", "rsa"),
                 "credentials[0].key.kind is neither p256 nor ed25519"));
  CHECK(contains(with("/factory/attestation_key/seed", to_hex(Bytes(32, 0))),
                 "factory.attestation_key.seed is no private key"));
}

TEST_CASE("every truncation of a state is refused") {
  const auto text = to_json(used());
  // Behind the last brace there is only the newline.
  for (std::size_t size = 0; size + 1 < text.size(); ++size) {
    CHECK(complaint(text.substr(0, size)) ==
          "reading the state of a simulated key: it is not JSON");
  }
}

TEST_CASE(
    "every flipped bit of a state is refused, or leads to another state that is well formed") {
  auto text = to_json(used());
  for (std::size_t bit = 0; bit < text.size() * 8; ++bit) {
    const auto was = text[bit / 8];
    text[bit / 8] = static_cast<char>(was ^ (1 << (bit % 8)));
    if (const auto state = from_json(text)) {
      const auto again = to_json(*state);
      CHECK(to_json(from_json(again).value()) == again);
    }
    text[bit / 8] = was;
  }
}

TEST_CASE("rubbish and texts that are too large are refused") {
  CHECK(contains(complaint(std::string("[]")), "it is not an object"));
  CHECK(contains(complaint(std::string("null")), "it is not an object"));
  CHECK(contains(complaint(std::string(100'000, '[')), "it is not JSON"));
  auto text = to_json(used());
  text.append(kMaxStateSize - text.size(), ' ');
  CHECK(from_json(text));
  CHECK(contains(complaint(text + " "), "it is over 16 MiB"));
}

TEST_CASE("a reset leaves nothing but the factory's") {
  auto state = used();
  latchkey::test::SeededRandom random(1);
  REQUIRE(reset(state, random));

  std::array<std::uint8_t, 32> wrapping_key{};
  REQUIRE(latchkey::test::SeededRandom(1).fill(wrapping_key));
  auto expected = State{.factory = used().factory, .wrapping_key = wrapping_key};
  CHECK(to_json(state) == to_json(expected));
  CHECK(!state.pin_hash);
  CHECK(state.pin_tries == kPinTries);
  CHECK(state.verification_tries == kVerificationTries);
  CHECK(state.credentials.empty());
}

TEST_CASE("a reset without randomness changes nothing") {
  auto state = used();
  latchkey::test::ScriptedRandom random(Bytes(31, 0));
  CHECK(reset(state, random).error().is(Errc::entropy));
  CHECK(to_json(state) == to_json(used()));
}
