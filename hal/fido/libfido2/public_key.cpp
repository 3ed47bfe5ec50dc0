// SPDX-License-Identifier: MIT
#include "hal/fido/libfido2/public_key.hpp"

#include <algorithm>
#include <array>

#include "hal/fido/libfido2/bytes.hpp"

namespace latchkey::fido {
namespace {

constexpr std::size_t kCoordinates = 64;

std::optional<ssh::PublicKey> value(Result<ssh::PublicKey> key) {
  return key ? std::optional(*std::move(key)) : std::nullopt;
}

}  // namespace

std::optional<ssh::PublicKey> read_public_key(const fido_cred_t& cred,
                                              std::string_view application) {
  const auto bytes = view(fido_cred_pubkey_ptr(&cred), fido_cred_pubkey_len(&cred));
  switch (fido_cred_type(&cred)) {
    case COSE_EDDSA: return value(ssh::PublicKey::make_sk_ed25519(bytes, application));
    case COSE_ES256: {
      if (bytes.size() != kCoordinates) return std::nullopt;
      // libfido2 gives X and Y; SEC 1 section 2.3.3 puts 04 before an uncompressed point.
      std::array<std::uint8_t, 1 + kCoordinates> point{0x04};
      std::copy(bytes.begin(), bytes.end(), point.begin() + 1);
      return value(ssh::PublicKey::make_sk_ecdsa_p256(point, application));
    }
    default: return std::nullopt;
  }
}

}  // namespace latchkey::fido
