// SPDX-License-Identifier: MIT
#pragma once

#include "hal/fido/sim/device/state.hpp"

namespace latchkey::fido::sim {

/// A credential that lies wrapped in its own identifier (the "key handle"), as real keys do, so
/// that any number of them costs the key no memory.
struct WrappedCredential {
  SigningKey key;
  CredProtect protection = CredProtect::optional;
};

/// AES-256-GCM under the state's wrapping key, bound to the relying party: another key, another
/// rp or a flipped bit cannot open it. At most 96 bytes. Errc::entropy, Errc::crypto.
[[nodiscard]] Result<Bytes> wrap(const State& state, ByteView rp_id_hash,
                                 const WrappedCredential& credential, crypto::Random& random);
/// Errc::unauthenticated when it is not ours.
[[nodiscard]] Result<WrappedCredential> unwrap(const State& state, ByteView rp_id_hash,
                                               ByteView id);

}  // namespace latchkey::fido::sim
