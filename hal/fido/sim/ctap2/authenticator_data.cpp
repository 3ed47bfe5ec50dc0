// SPDX-License-Identifier: MIT
#include "hal/fido/sim/ctap2/authenticator_data.hpp"

#include "hal/fido/sim/ctap2/cose_key.hpp"
#include "hal/fido/sim/device/join.hpp"

namespace latchkey::fido::sim {
namespace {

constexpr unsigned kUserPresent = 0x01;
constexpr unsigned kUserVerified = 0x04;
constexpr unsigned kAttestedCredential = 0x40;
constexpr unsigned kExtensions = 0x80;

}  // namespace

Bytes authenticator_data(Environment& env, ByteView rp_id_hash, Presence presence,
                         ByteView attested_credential, const Value::Map& extensions) {
  const auto counter = ++env.state.signature_counter;
  unsigned flags = 0;
  if (presence.user_present) flags |= kUserPresent;
  if (presence.user_verified) flags |= kUserVerified;
  if (!attested_credential.empty()) flags |= kAttestedCredential;
  if (!extensions.empty()) flags |= kExtensions;

  auto data = to_bytes(rp_id_hash);
  if (env.model.misbehaviour.wrong_rp) data.front() ^= 1U;
  data.push_back(static_cast<std::uint8_t>(flags));
  for (int shift = 24; shift >= 0; shift -= 8) {
    data.push_back(static_cast<std::uint8_t>(counter >> static_cast<unsigned>(shift)));
  }
  return join(
      {data, attested_credential, extensions.empty() ? Bytes{} : Value(extensions).encode()});
}

Bytes attested_credential(const Aaguid& aaguid, ByteView id, const SigningKey& key) {
  const std::uint8_t size[] = {static_cast<std::uint8_t>(id.size() >> 8U),
                               static_cast<std::uint8_t>(id.size())};
  return join({aaguid, size, id, cose_key(key).encode()});
}

}  // namespace latchkey::fido::sim
