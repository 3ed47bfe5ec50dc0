// SPDX-License-Identifier: MIT
// CTAP 2.1 section 6.4, authenticatorGetInfo.
#include "hal/fido/sim/ctap2/capabilities.hpp"
#include "hal/fido/sim/ctap2/commands.hpp"

namespace latchkey::fido::sim {
namespace {

constexpr int kVersions = 0x01;
constexpr int kExtensions = 0x02;
constexpr int kAaguid = 0x03;
constexpr int kOptions = 0x04;
constexpr int kMaxMsgSize = 0x05;
constexpr int kPinUvAuthProtocols = 0x06;
constexpr int kMaxCredentialCountInList = 0x07;
constexpr int kMaxCredentialIdLength = 0x08;
constexpr int kTransports = 0x09;
constexpr int kAlgorithms = 0x0A;
constexpr int kMinPinLength = 0x0D;
constexpr int kFirmwareVersion = 0x0E;
constexpr int kUvModality = 0x12;
constexpr int kRemainingDiscoverableCredentials = 0x14;

/// USER_VERIFY_FINGERPRINT_INTERNAL (FIDO Registry of Predefined Values, section 3.1).
constexpr int kFingerprint = 0x02;

Value::Array versions(const Model& model) {
  Value::Array versions;
  // With alwaysUv U2F is refused (section 7.2.4), and not claimed.
  if (model.u2f && !always_verifies(model)) versions.emplace_back("U2F_V2");
  versions.emplace_back("FIDO_2_0");
  if (model.credential_management) versions.emplace_back("FIDO_2_1_PRE");
  if (model.fido_2_1) versions.emplace_back("FIDO_2_1");
  return versions;
}

Value::Map options(const Environment& env) {
  const auto& model = env.model;
  const auto& bad = model.misbehaviour;
  Value::Map options{
      {"plat", false}, {"rk", model.resident_keys || bad.claims_resident_keys}, {"up", true}};
  if (model.client_pin) {
    options.emplace("clientPin", env.state.pin_hash.has_value() && !bad.denies_pin);
  }
  if (model.built_in_verification) options.emplace("uv", true);
  if (model.credential_management) options.emplace("credentialMgmtPreview", true);
  if (!model.fido_2_1) return options;
  if (model.credential_management) options.emplace("credMgmt", true);
  if (model.client_pin || model.built_in_verification) options.emplace("pinUvAuthToken", true);
  if (always_verifies(model)) options.emplace("alwaysUv", true);
  options.emplace("makeCredUvNotRqd", makes_without_verification(model));
  return options;
}

Value::Array algorithm_list(const Model& model) {
  auto known = algorithms(model);
  if (model.misbehaviour.claims_ed25519) known.push_back(kEdDsa);
  Value::Array list;
  for (const auto algorithm : known) {
    list.emplace_back(Value::Map{{"alg", algorithm}, {"type", "public-key"}});
  }
  return list;
}

std::int64_t free_slots(const Environment& env) {
  const auto used = env.state.credentials.size();
  const std::size_t slots = env.model.resident_slots;
  return static_cast<std::int64_t>(used < slots ? slots - used : 0);
}

/// What 2.0 did not have yet.
void add_2_1(const Environment& env, Value::Map& info) {
  const auto& model = env.model;
  info.emplace(kMaxCredentialCountInList, model.max_credentials_in_list);
  info.emplace(kMaxCredentialIdLength, model.max_credential_id_length);
  info.emplace(kTransports, Value::Array{"usb"});
  if (model.client_pin) info.emplace(kMinPinLength, model.min_pin_length);
  info.emplace(kFirmwareVersion, model.firmware_version);
  if (model.built_in_verification) info.emplace(kUvModality, kFingerprint);
  if (model.resident_keys) info.emplace(kRemainingDiscoverableCredentials, free_slots(env));
}

}  // namespace

Outcome get_info(const Environment& env) {
  const auto& model = env.model;
  Value::Map info{{kVersions, versions(model)},
                  {kAaguid, ByteView(model.aaguid)},
                  {kOptions, options(env)},
                  {kMaxMsgSize, model.max_message_size}};
  if (model.cred_protect) info.emplace(kExtensions, Value::Array{"credProtect"});
  if (!model.pin_protocols.empty()) {
    info.emplace(kPinUvAuthProtocols,
                 Value::Array(model.pin_protocols.begin(), model.pin_protocols.end()));
  }
  if (model.fido_2_1) add_2_1(env, info);
  if (model.fido_2_1 || model.misbehaviour.claims_ed25519) {
    info.emplace(kAlgorithms, algorithm_list(model));
  }
  return answer(info);
}

}  // namespace latchkey::fido::sim
