// SPDX-License-Identifier: MIT
#include "hal/fido/sim/ctap2/request_parts.hpp"

namespace latchkey::fido::sim {

RequestOptions take_options(Fields& fields, const Value& key) {
  const auto* given = fields.map(key);
  if (given == nullptr) return {};
  Fields options(*given);
  RequestOptions taken{options.truth("rk"), options.truth("up"), options.truth("uv")};
  fields.refuse(options.status());
  return taken;
}

PinUvAuth take_pin_uv_auth(Fields& fields, const Value& param, const Value& protocol) {
  PinUvAuth auth;
  if (const auto* bytes = fields.bytes(param)) auth.param = *bytes;
  if (const auto number = fields.number(protocol)) auth.protocol = *number;
  return auth;
}

Bytes take_client_data_hash(Fields& fields, const Value& key) {
  const auto* hash = fields.required(fields.bytes(key));
  if (hash == nullptr) return {};
  if (hash->size() != kClientDataHashSize) fields.refuse(Status::invalid_length);
  return *hash;
}

std::vector<Bytes> take_descriptors(Fields& fields, const Value& key, const Model& model) {
  const auto* list = fields.array(key);
  if (list == nullptr) return {};
  if (list->size() > model.max_credentials_in_list) fields.refuse(Status::limit_exceeded);
  std::vector<Bytes> ids;
  for (const auto& item : *list) {
    // A descriptor without its members is damaged, no request without its parameters.
    Fields descriptor(item, Status::invalid_cbor);
    const auto* id = descriptor.required(descriptor.bytes("id"));
    const auto* type = descriptor.required(descriptor.text("type"));
    fields.refuse(descriptor.status());
    if (fields.status() != Status::ok) return {};
    if (*type == "public-key") ids.push_back(*id);
  }
  return ids;
}

}  // namespace latchkey::fido::sim
