// SPDX-License-Identifier: MIT
#include "core/attest/signed_message.hpp"

namespace latchkey::attest {
namespace {

constexpr std::uint8_t kReserved = 0x00;  // the first byte of every registration's message

void append(Bytes& out, ByteView bytes) { out.insert(out.end(), bytes.begin(), bytes.end()); }

}  // namespace

Bytes signed_message(const Attestation& attestation, const AuthenticatorData& data,
                     const crypto::Sha256& client_data_hash) {
  Bytes message;
  if (attestation.format == Format::packed) {
    append(message, attestation.authenticator_data);
    append(message, client_data_hash);
    return message;
  }
  message.push_back(kReserved);
  append(message, data.rp_id_hash);
  append(message, client_data_hash);
  append(message, data.credential_id);
  append(message, data.key.point());
  return message;
}

}  // namespace latchkey::attest
