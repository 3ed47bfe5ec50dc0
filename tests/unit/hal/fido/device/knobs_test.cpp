// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <map>

#include "hal/fido/sim/device/model.hpp"

using namespace latchkey;
using namespace latchkey::fido::sim;

namespace {

/// For every knob a value that is not the one of a fresh Model.
const std::map<std::string_view, std::string> kOther{
    {"name", "odd one"},
    {"u2f", "false"},
    {"fido_2_0", "false"},
    {"fido_2_1", "false"},
    {"aaguid", "00112233445566778899aabbccddeeff"},
    {"firmware_version", "4294967295"},
    {"algorithms", "-8"},
    {"resident_keys", "false"},
    {"resident_slots", "3"},
    {"client_pin", "false"},
    {"pin_protocols", "1"},
    {"built_in_verification", "true"},
    {"always_uv", "true"},
    {"make_cred_uv_not_required", "false"},
    {"cred_protect", "false"},
    {"credential_management", "false"},
    {"attestation", "fido-u2f"},
    {"max_message_size", "7609"},
    {"max_credentials_in_list", "1"},
    {"max_credential_id_length", "1023"},
    {"min_pin_length", "63"},
    {"touch_timeout", "0"},
    {"keepalive", "1"},
    {"reset_window", "0"},
    {"endless_keepalive", "true"},
    {"announced", "too-long"},
    {"bad_cbor", "true"},
    {"claims_ed25519", "true"},
    {"claims_resident_keys", "true"},
    {"denies_pin", "true"},
    {"wrong_channel", "true"},
    {"spares_get_info", "false"},
    {"wrong_signature", "true"},
    {"wrong_rp", "true"},
    {"disappears_at", "0"},
};

std::map<std::string_view, std::string> all(const Model& model) {
  std::map<std::string_view, std::string> values;
  for (const auto& knob : knobs()) values[knob.name] = get_knob(model, knob.name).value();
  return values;
}

std::string complaint(std::string_view name, std::string_view value) {
  Model model;
  const auto before = all(model);
  const auto result = set_knob(model, name, value);
  CHECK(all(model) == before);
  return result ? "none" : result.error().doing;
}

}  // namespace

TEST_CASE("every knob changes its own field and nothing else") {
  REQUIRE(kOther.size() == knobs().size());
  for (const auto& knob : knobs()) {
    CAPTURE(knob.name);
    Model model;
    auto expected = all(model);
    REQUIRE(expected.at(knob.name) != kOther.at(knob.name));
    expected[knob.name] = kOther.at(knob.name);
    REQUIRE(set_knob(model, knob.name, kOther.at(knob.name)));
    CHECK(all(model) == expected);
  }
}

TEST_CASE("what a knob reads is what it writes, for every model") {
  for (const auto& model : models()) {
    Model copy;
    for (const auto& [name, value] : all(model)) REQUIRE(set_knob(copy, name, value));
    CHECK(all(copy) == all(model));
  }
}

TEST_CASE("knobs reach the fields they are named after") {
  Model model;
  REQUIRE(set_knob(model, "touch_timeout", "1500"));
  CHECK(model.touch_timeout == Millis(1500));
  REQUIRE(set_knob(model, "firmware_version", "0x010203"));
  CHECK(model.firmware_version == 0x010203);
  REQUIRE(set_knob(model, "algorithms", "-8,-7"));
  CHECK(model.algorithms == std::vector{kEdDsa, kEs256});
  REQUIRE(set_knob(model, "pin_protocols", ""));
  CHECK(model.pin_protocols.empty());
  REQUIRE(set_knob(model, "attestation", "self"));
  CHECK(model.attestation == AttestationKind::self);
  REQUIRE(set_knob(model, "announced", "too-short"));
  CHECK(model.misbehaviour.announced == Misbehaviour::Length::too_short);
  REQUIRE(set_knob(model, "disappears_at", "7"));
  CHECK(model.misbehaviour.disappears_at == 7U);
  REQUIRE(set_knob(model, "disappears_at", "never"));
  CHECK(!model.misbehaviour.disappears_at);
}

TEST_CASE("a wrong name lists the right ones") {
  Model model;
  const auto result = set_knob(model, "alwaysUv", "true");
  REQUIRE(!result);
  CHECK(result.error().is(Errc::not_found));
  CHECK(result.error().doing.starts_with("no knob is called \"alwaysUv\"; there are name, u2f, "));
  CHECK(get_knob(model, "alwaysUv").error().is(Errc::not_found));
}

TEST_CASE("a wrong value says what the knob takes") {
  CHECK(complaint("u2f", "maybe") == "u2f takes true or false, not \"maybe\"");
  CHECK(complaint("aaguid", "00") == "aaguid takes 32 hexadecimal digits, not \"00\"");
  CHECK(complaint("attestation", "tpm") ==
        "attestation takes one of packed, fido-u2f, self, none, not \"tpm\"");
  CHECK(complaint("disappears_at", "soon") ==
        "disappears_at takes never, or a number of reports, not \"soon\"");
  CHECK(complaint("keepalive", "0") ==
        "keepalive takes a number from 1 to 86400000 (milliseconds), not \"0\"");
  CHECK(complaint("pin_protocols", "3") ==
        "pin_protocols takes at most 8 different numbers from 1 to 2 with commas, or nothing, "
        "not \"3\"");
  Model model;
  CHECK(set_knob(model, "u2f", "maybe").error().is(Errc::malformed));
}

TEST_CASE("values that are nearly right are refused") {
  for (const auto& [name, value] : std::vector<std::pair<std::string_view, std::string_view>>{
           {"u2f", ""},
           {"u2f", "True"},
           {"u2f", "true "},
           {"name", ""},
           {"name", "a\nb"},
           {"resident_slots", ""},
           {"resident_slots", " 1"},
           {"resident_slots", "1 "},
           {"resident_slots", "+1"},
           {"resident_slots", "-1"},
           {"resident_slots", "257"},
           {"resident_slots", "0x"},
           {"resident_slots", "0x-1"},
           {"resident_slots", "99999999999999999999"},
           {"firmware_version", "4294967296"},
           {"max_message_size", "7610"},
           {"max_message_size", "63"},
           {"algorithms", "-7,"},
           {"algorithms", ",-7"},
           {"algorithms", "-7,-7"},
           {"algorithms", "1,2,3,4,5,6,7,8,9"},
           {"touch_timeout", "-1"},
           {"touch_timeout", "86400001"},
           {"touch_timeout", "1.5"}}) {
    CAPTURE(name);
    CAPTURE(value);
    CHECK(complaint(name, value) != "none");
  }
}

TEST_CASE("the edges of a range are in it") {
  CHECK(complaint("touch_timeout", "30000") == "none");
  Model model;
  CHECK(set_knob(model, "touch_timeout", "86400000"));
  CHECK(set_knob(model, "resident_slots", "256"));
  CHECK(set_knob(model, "max_message_size", "64"));
  CHECK(set_knob(model, "min_pin_length", "4"));
  CHECK(set_knob(model, "algorithms", "1,2,3,4,5,6,7,8"));
}

TEST_CASE("every knob says what it means in one line") {
  for (const auto& knob : knobs()) {
    CHECK(!knob.meaning.empty());
    CHECK(knob.meaning.find('\n') == std::string_view::npos);
  }
}
