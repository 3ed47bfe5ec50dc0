// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>

#include "hal/fido/sim/crypto/signing_key.hpp"

struct evp_pkey_st;  // EVP_PKEY: libcrypto's headers stay out of ours

/// What crypto/ and attestation/ share of libcrypto; not for others.
namespace latchkey::fido::sim {

template <auto Free>
struct FreeWith {
  template <class T>
  void operator()(T* object) const noexcept {
    Free(object);
  }
};
/// Owns an object of libcrypto's: Handle<BIGNUM, BN_clear_free>.
template <class T, auto Free>
using Handle = std::unique_ptr<T, FreeWith<Free>>;

/// Errc::crypto, and libcrypto's queue of errors emptied.
[[nodiscard]] tl::unexpected<Error> crypto_failed(std::string doing);

void free_evp_key(evp_pkey_st* key) noexcept;
using EvpKey = Handle<evp_pkey_st, free_evp_key>;

/// The key as libcrypto signs and agrees with it; libcrypto wipes its copy in the end.
[[nodiscard]] Result<EvpKey> evp_private_key(const SigningKey& key);
/// A P-256 public key, 04 ‖ X ‖ Y. Errc::malformed when that is no point of the curve.
[[nodiscard]] Result<EvpKey> evp_public_key(ByteView point);

}  // namespace latchkey::fido::sim
