// SPDX-License-Identifier: MIT
#pragma once

#include "hal/fido/sim/ctap2/fields.hpp"
#include "hal/fido/sim/device/model.hpp"

/// What requests of makeCredential and getAssertion have in common. Errors go to the fields.
namespace latchkey::fido::sim {

constexpr std::size_t kClientDataHashSize = 32;

/// Options that were given; ones of other names are passed over.
struct RequestOptions {
  std::optional<bool> rk;
  std::optional<bool> up;
  std::optional<bool> uv;
};
[[nodiscard]] RequestOptions take_options(Fields& fields, const Value& key);

/// pinUvAuthParam and pinUvAuthProtocol.
struct PinUvAuth {
  std::optional<Bytes> param;
  std::optional<Value> protocol;
};
[[nodiscard]] PinUvAuth take_pin_uv_auth(Fields& fields, const Value& param, const Value& protocol);

/// clientDataHash; invalid_length unless it is one of SHA-256.
[[nodiscard]] Bytes take_client_data_hash(Fields& fields, const Value& key);

/// The identifiers in an excludeList or allowList, those of unknown types left out; limit_exceeded.
[[nodiscard]] std::vector<Bytes> take_descriptors(Fields& fields, const Value& key,
                                                  const Model& model);

}  // namespace latchkey::fido::sim
