// SPDX-License-Identifier: MIT
#include "host/key_report.hpp"

#include <nlohmann/json.hpp>

#include "host/report.hpp"
#include "host/sk_key_facts.hpp"

namespace latchkey::host {
namespace {

using Json = nlohmann::ordered_json;

// Text from files, agents and security keys need not be UTF-8; what is not is replaced.
std::string line_of(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

void put(Json& json, const char* name, const std::string& text) {
  if (!text.empty()) json[name] = text;
}

Json fields_of(const LocalKey& key) {
  Json json;
  put(json, "file", key.file);
  json["type"] = key.key.type_name();
  json["bits"] = key.key.bits();
  json["fingerprint"] = key.fingerprint;
  json["comment"] = key.comment;
  json["hardware"] = key.on_security_key();
  json["encrypted"] = key.encrypted;
  json["in_agent"] = key.in_agent;
  if (!key.on_security_key()) return json;
  const auto facts = SkKeyFacts::of(key);
  json["application"] = facts.application;
  if (facts.flags) {
    json["resident"] = facts.resident();
    json["verify_required"] = facts.verifies();
    json["touch_required"] = facts.needs_touch();
  }
  put(json, "attestation", facts.claim);
  return json;
}

const char* name_of(fido::PinState state) {
  switch (state) {
    case fido::PinState::set: return "set";
    case fido::PinState::not_set: return "not-set";
    case fido::PinState::cannot: break;
  }
  return "cannot";
}

Json fields_of(const PluggedReport& report) {
  Json json;
  json["path"] = report.plugged.path;
  json["name"] = report.plugged.name;
  put(json, "message", report.why);
  if (!report.info) return json;
  const auto& info = *report.info;
  json["versions"] = info.versions;
  if (info.firmware) json["firmware"] = *info.firmware;
  json["pin"] = name_of(info.pin);
  if (report.pin_tries) json["pin_tries"] = *report.pin_tries;
  json["resident_keys"] = info.resident_keys;
  if (info.free_slots) json["free_slots"] = *info.free_slots;
  if (info.simulated) json["simulated"] = true;
  return json;
}

Json fields_of(const ResidentReport& report) {
  Json json;
  json["fingerprint"] = report.fingerprint;
  json["type"] = report.resident.key.type_name();
  json["application"] = report.resident.key.application();
  put(json, "user", report.resident.user);
  json["verify_required"] = report.resident.verify;
  put(json, "file", report.file);
  return json;
}

Json fields_of(const std::vector<std::string>& adopted,
               const std::vector<std::string>& already_there, bool ok) {
  Json json;
  json["ok"] = ok;
  json["adopted"] = adopted;
  json["already_there"] = already_there;
  return json;
}

}  // namespace

std::string to_json(const LocalKeys& keys, const std::vector<PluggedReport>& security_keys) {
  Json json;
  json["ok"] = true;
  json["keys"] = Json::array();
  for (const auto& key : keys.keys) json["keys"].push_back(fields_of(key));
  json["security_keys"] = Json::array();
  for (const auto& key : security_keys) json["security_keys"].push_back(fields_of(key));
  json["unusable"] = Json::array();
  for (const auto& file : keys.unusable) {
    json["unusable"].push_back({{"file", file.file}, {"why", file.why}});
  }
  json["agent"] = keys.agent_answers;
  return line_of(json);
}

std::string to_json(const LocalKey& key) {
  auto json = fields_of(key);
  json["ok"] = true;
  return line_of(json);
}

std::string to_json(const std::string& security_key, const std::vector<ResidentReport>& residents) {
  Json json;
  json["ok"] = true;
  json["security_key"] = security_key;
  json["residents"] = Json::array();
  for (const auto& resident : residents) json["residents"].push_back(fields_of(resident));
  return line_of(json);
}

std::string to_json_adopted(const std::vector<std::string>& adopted,
                            const std::vector<std::string>& already_there) {
  return line_of(fields_of(adopted, already_there, true));
}

std::string to_json_adopted(const std::vector<std::string>& adopted,
                            const std::vector<std::string>& already_there, const Failure& failure) {
  auto json = fields_of(adopted, already_there, false);
  // Its "ok" is the same.
  json.update(Json::parse(to_json(failure)));
  return line_of(json);
}

}  // namespace latchkey::host
