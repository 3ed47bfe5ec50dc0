// SPDX-License-Identifier: MIT
#pragma once

#include "core/crypto/hash.hpp"
#include "hal/fido/sim/ctap2/consent.hpp"

namespace latchkey::fido::sim {

/// The parameters of makeCredential (CTAP 2.1 section 6.1.1), with every type checked.
struct CredentialRequest {
  Bytes client_data_hash;
  std::string rp_id;
  crypto::Sha256 rp_id_hash{};
  Bytes user_id;
  std::string user_name;  ///< as cut_name() leaves it, and so is this
  std::string user_display_name;
  Value::Array algorithms;  ///< choose_algorithm() reads it
  std::vector<Bytes> excluded;
  std::optional<CredProtect> protection;  ///< nullopt: not asked for, or not known to the model
  RequestOptions options;
  PinUvAuth auth;
  bool enterprise = false;
};

[[nodiscard]] Checked<CredentialRequest> parse_credential_request(const Model& model,
                                                                  const Value& parameters);

/// The name of a user as it is kept: of at most 64 bytes, cut between two characters (CTAP 2.1
/// section 6.1.2.1); of nullptr the empty one.
[[nodiscard]] std::string cut_name(const std::string* name);

/// Step 3: the first algorithm that the key has. All are looked at, for their types.
[[nodiscard]] Checked<SigningKey::Kind> choose_algorithm(const Model& model,
                                                         const Value::Array& algorithms);

}  // namespace latchkey::fido::sim
