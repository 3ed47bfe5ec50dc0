// SPDX-License-Identifier: MIT
#include "hal/fido/sim/middleware/response.hpp"

#include <algorithm>

namespace latchkey::fido::sim {
namespace {

void free_parts(const SkEnrollResponse& response) noexcept {
  for (auto* part : {response.public_key, response.key_handle, response.signature,
                     response.attestation_certificate, response.authenticator_data}) {
    std::free(part);
  }
}

}  // namespace

void FreeResponse::operator()(SkEnrollResponse* response) const noexcept {
  free_parts(*response);
  std::free(response);
}

void FreeResponse::operator()(SkSignResponse* response) const noexcept {
  std::free(response->r);
  std::free(response->s);
  std::free(response);
}

void FreeResponse::operator()(SkResidentKey* key) const noexcept {
  free_parts(key->key);
  std::free(key->application);
  std::free(key->user_id);
  std::free(key);
}

bool hand_over(std::uint8_t*& to, std::size_t& length, ByteView bytes) {
  to = nullptr;
  length = bytes.size();
  if (bytes.empty()) return true;
  to = static_cast<std::uint8_t*>(std::malloc(bytes.size()));
  if (to == nullptr) return false;
  std::copy(bytes.begin(), bytes.end(), to);
  return true;
}

SkResult<> hand_over_public_key(SkEnrollResponse& response, const fido_cred_t& cred) {
  const auto key = view(fido_cred_pubkey_ptr(&cred), fido_cred_pubkey_len(&cred));
  const bool ecdsa = fido_cred_type(&cred) == COSE_ES256;
  if (key.size() != (ecdsa ? 64 : 32)) {
    return fail_sk(SkError::general, "the key's public key has a wrong length");
  }
  Bytes bytes;
  // libfido2 gives X and Y; SEC 1 section 2.3.3 puts 04 before an uncompressed point.
  if (ecdsa) bytes.push_back(0x04);
  bytes.insert(bytes.end(), key.begin(), key.end());
  if (!hand_over(response.public_key, response.public_key_length, bytes)) {
    return fail_sk(SkError::general, "out of memory");
  }
  return {};
}

}  // namespace latchkey::fido::sim
