// SPDX-License-Identifier: MIT
#include "hal/fido/sim/ctap2/credential_request.hpp"

#include <algorithm>

#include "hal/fido/sim/cbor/utf8.hpp"
#include "hal/fido/sim/ctap2/capabilities.hpp"

namespace latchkey::fido::sim {
namespace {

constexpr int kClientDataHash = 1;
constexpr int kRp = 2;
constexpr int kUser = 3;
constexpr int kPubKeyCredParams = 4;
constexpr int kExcludeList = 5;
constexpr int kExtensions = 6;
constexpr int kOptions = 7;
constexpr int kPinUvAuthParam = 8;
constexpr int kPinUvAuthProtocol = 9;
constexpr int kEnterpriseAttestation = 10;

constexpr std::size_t kMaxUserIdSize = 64;
constexpr std::size_t kMaxNameSize = 64;

void take_rp(Fields& fields, CredentialRequest& request) {
  const auto* given = fields.required(fields.map(kRp));
  if (given == nullptr) return;
  Fields rp(*given);
  const auto* id = rp.required(rp.text("id"));
  (void)rp.text("name");
  fields.refuse(rp.status());
  if (fields.status() != Status::ok) return;
  const auto hash = crypto::sha256(as_bytes(*id));
  if (!hash) return fields.refuse(Status::other);
  request.rp_id = *id;
  request.rp_id_hash = *hash;
}

void take_user(Fields& fields, CredentialRequest& request) {
  const auto* given = fields.required(fields.map(kUser));
  if (given == nullptr) return;
  Fields user(*given);
  const auto* id = user.required(user.bytes("id"));
  request.user_name = cut_name(user.text("name"));
  request.user_display_name = cut_name(user.text("displayName"));
  if (id != nullptr && id->size() > kMaxUserIdSize) user.refuse(Status::invalid_length);
  if (id != nullptr) request.user_id = *id;
  fields.refuse(user.status());
}

void take_extensions(Fields& fields, const Model& model, CredentialRequest& request) {
  const auto* given = fields.map(kExtensions);
  if (given == nullptr || !model.cred_protect) return;
  Fields extensions(*given);
  if (const auto level = extensions.number("credProtect")) {
    if (*level < 1 || *level > 3) extensions.refuse(Status::invalid_option);
    request.protection = static_cast<CredProtect>(*level);
  }
  fields.refuse(extensions.status());
}

}  // namespace

std::string cut_name(const std::string* name) {
  if (name == nullptr) return {};
  auto size = std::min(name->size(), kMaxNameSize);
  while (!count_code_points(std::string_view(*name).substr(0, size))) --size;
  return name->substr(0, size);
}

Checked<CredentialRequest> parse_credential_request(const Model& model, const Value& parameters) {
  CredentialRequest request;
  Fields fields(parameters);
  request.client_data_hash = take_client_data_hash(fields, kClientDataHash);
  take_rp(fields, request);
  take_user(fields, request);
  const auto* algorithms = fields.required(fields.array(kPubKeyCredParams));
  if (algorithms != nullptr) request.algorithms = *algorithms;
  request.excluded = take_descriptors(fields, kExcludeList, model);
  take_extensions(fields, model, request);
  request.options = take_options(fields, kOptions);
  request.auth = take_pin_uv_auth(fields, kPinUvAuthParam, kPinUvAuthProtocol);
  request.enterprise = fields.number(kEnterpriseAttestation).has_value();
  if (fields.status() != Status::ok) return tl::make_unexpected(fields.status());
  return request;
}

Checked<SigningKey::Kind> choose_algorithm(const Model& model, const Value::Array& algorithms) {
  const auto known = sim::algorithms(model);
  std::optional<std::int64_t> chosen;
  for (const auto& item : algorithms) {
    // A list of damaged entries is damaged, no request without its parameters.
    Fields entry(item, Status::invalid_cbor);
    const auto algorithm = entry.required(entry.number("alg"));
    const auto* type = entry.required(entry.text("type"));
    if (entry.status() != Status::ok) return tl::make_unexpected(entry.status());
    const bool ours = *type == "public-key" && std::ranges::count(known, *algorithm) > 0;
    if (ours && !chosen) chosen = algorithm;
  }
  if (!chosen) return tl::make_unexpected(Status::unsupported_algorithm);
  return *chosen == kEs256 ? SigningKey::Kind::p256 : SigningKey::Kind::ed25519;
}

}  // namespace latchkey::fido::sim
