// SPDX-License-Identifier: MIT
#include "hal/fido/libfido2/info.hpp"

#include <algorithm>
#include <string_view>

#include "core/text.hpp"
#include "hal/fido/libfido2/handles.hpp"

namespace latchkey::fido {
namespace {

constexpr std::string_view kAsking = "asking the security key what it can do";
constexpr std::size_t kMaxVersions = 16;
constexpr std::size_t kMaxVersion = 32;
constexpr std::size_t kMaxAlgorithms = 64;

bool has_extension(const fido_cbor_info_t* said, std::string_view name) {
  char** extensions = fido_cbor_info_extensions_ptr(said);
  const auto count = fido_cbor_info_extensions_len(said);
  return extensions != nullptr &&
         std::any_of(extensions, extensions + count,
                     [&](const char* each) { return each != nullptr && name == each; });
}

/// The first of its name; nullopt: the key does not know it.
std::optional<bool> option(const fido_cbor_info_t* said, std::string_view name) {
  char** names = fido_cbor_info_options_name_ptr(said);
  const bool* values = fido_cbor_info_options_value_ptr(said);
  const auto count = fido_cbor_info_options_len(said);
  for (std::size_t i = 0; names != nullptr && values != nullptr && i < count; ++i) {
    if (names[i] != nullptr && name == names[i]) return values[i];
  }
  return std::nullopt;
}

PinState pin_state(const fido_cbor_info_t* said) {
  const auto set = option(said, "clientPin");
  if (!set) return PinState::cannot;
  return *set ? PinState::set : PinState::not_set;
}

void read_versions(const fido_cbor_info_t* said, KeyInfo& info) {
  char** versions = fido_cbor_info_versions_ptr(said);
  const auto count = std::min(fido_cbor_info_versions_len(said), kMaxVersions);
  for (std::size_t i = 0; versions != nullptr && i < count; ++i) {
    if (versions[i] != nullptr) info.versions.push_back(make_printable(versions[i], kMaxVersion));
  }
}

void read_algorithms(const fido_cbor_info_t* said, KeyInfo& info) {
  const auto count = std::min(fido_cbor_info_algorithm_count(said), kMaxAlgorithms);
  for (std::size_t i = 0; i < count; ++i) {
    const char* type = fido_cbor_info_algorithm_type(said, i);
    if (type == nullptr || std::string_view(type) != "public-key") continue;
    std::optional<Algorithm> algorithm;
    if (fido_cbor_info_algorithm_cose(said, i) == COSE_EDDSA) algorithm = Algorithm::ed25519;
    if (fido_cbor_info_algorithm_cose(said, i) == COSE_ES256) algorithm = Algorithm::ecdsa_p256;
    if (algorithm && !std::count(info.algorithms.begin(), info.algorithms.end(), *algorithm)) {
      info.algorithms.push_back(*algorithm);
    }
  }
}

KeyInfo read_info(const fido_cbor_info_t* said) {
  KeyInfo info;
  info.ctap2 = true;
  read_versions(said, info);
  info.u2f = std::count(info.versions.begin(), info.versions.end(), "U2F_V2") > 0;
  const auto* aaguid = fido_cbor_info_aaguid_ptr(said);
  if (aaguid != nullptr && fido_cbor_info_aaguid_len(said) == info.aaguid.size()) {
    std::copy_n(aaguid, info.aaguid.size(), info.aaguid.begin());
  }
  read_algorithms(said, info);
  info.pin = pin_state(said);
  info.built_in_verification = option(said, "uv").value_or(false);
  info.always_verifies = option(said, "alwaysUv").value_or(false);
  info.makes_without_pin = option(said, "makeCredUvNotRqd").value_or(false);
  info.resident_keys = option(said, "rk").value_or(false);
  info.manages_credentials = option(said, "credMgmt").value_or(false) ||
                             option(said, "credentialMgmtPreview").value_or(false);
  info.protects_credentials = has_extension(said, "credProtect");
  const auto slots = fido_cbor_info_rk_remaining(said);
  if (slots >= 0) info.free_slots = static_cast<std::uint64_t>(slots);
  const auto firmware = fido_cbor_info_fwversion(said);
  if (firmware != 0) info.firmware = firmware;
  return info;
}

}  // namespace

Attempt<KeyInfo> ask_info(Conversation& key) {
  if (!fido_dev_is_fido2(key.device())) {
    KeyInfo info;
    info.u2f = true;
    info.versions = {"U2F_V2"};
    return info;
  }
  const FidoInfo said(fido_cbor_info_new());
  if (!said) return key.give_up(Trouble::failed, kAsking, "out of memory");
  const int error =
      key.alone([&](fido_dev_t* device) { return fido_dev_get_cbor_info(device, said.get()); });
  if (error != FIDO_OK) return key.give_up(error, kAsking);
  return read_info(said.get());
}

}  // namespace latchkey::fido
