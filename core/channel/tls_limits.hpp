// SPDX-License-Identifier: MIT
#pragma once

struct mbedtls_ssl_config;

namespace latchkey::channel {

/// TLS 1.2 over secp256r1 and nothing else, of all that mbedTLS takes by default. What names these
/// differs between mbedTLS 2.28 and 3.6: one file for each.
void limit_to_tls12_over_p256(mbedtls_ssl_config& config) noexcept;

}  // namespace latchkey::channel
