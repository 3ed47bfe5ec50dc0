// SPDX-License-Identifier: MIT
#pragma once

#include <array>

#include "core/bytes.hpp"

namespace latchkey::fido::sim {

using AesKey = std::array<std::uint8_t, 32>;
using AesBlock = std::array<std::uint8_t, 16>;

/// AES-256-CBC without padding. Errc::malformed unless the length is a multiple of 16.
[[nodiscard]] Result<Bytes> encrypt_cbc(const AesKey& key, const AesBlock& iv, ByteView plain);
[[nodiscard]] Result<Bytes> decrypt_cbc(const AesKey& key, const AesBlock& iv, ByteView cipher);

using GcmNonce = std::array<std::uint8_t, 12>;
/// AES-256-GCM; the tag's 16 bytes at the end. open_gcm: Errc::unauthenticated.
[[nodiscard]] Result<Bytes> seal_gcm(const AesKey& key, const GcmNonce& nonce, ByteView associated,
                                     ByteView plain);
[[nodiscard]] Result<Bytes> open_gcm(const AesKey& key, const GcmNonce& nonce, ByteView associated,
                                     ByteView sealed);

}  // namespace latchkey::fido::sim
