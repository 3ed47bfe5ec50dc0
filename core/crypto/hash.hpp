// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <span>

#include "core/bytes.hpp"

/// Hashes and what is made of them, over mbedTLS. None of these blocks or allocates beyond
/// mbedTLS's own context; the only error is Errc::crypto (out of memory in the library).
namespace latchkey::crypto {

using Sha1 = std::array<std::uint8_t, 20>;
using Sha256 = std::array<std::uint8_t, 32>;
using Sha512 = std::array<std::uint8_t, 64>;

[[nodiscard]] Result<Sha256> sha256(ByteView data);
[[nodiscard]] Result<Sha512> sha512(ByteView data);

/// RFC 2104. SHA-1 only for the host names that OpenSSH hashes in known_hosts.
[[nodiscard]] Result<Sha1> hmac_sha1(ByteView key, ByteView data);
[[nodiscard]] Result<Sha256> hmac_sha256(ByteView key, ByteView data);

/// RFC 5869, extract and expand. Fills `output`, at most 255 * 32 bytes.
[[nodiscard]] Result<void> hkdf_sha256(ByteView salt, ByteView key, ByteView info,
                                       std::span<std::uint8_t> output);

}  // namespace latchkey::crypto
