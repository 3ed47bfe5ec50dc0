// SPDX-License-Identifier: MIT
#include <mbedtls/ssl.h>

#include <array>
#include <cstdint>

#include "core/channel/tls_limits.hpp"

namespace latchkey::channel {
namespace {

// mbedTLS keeps a pointer to this list, which ends with a zero.
constexpr std::array<std::uint16_t, 2> kGroups{MBEDTLS_SSL_IANA_TLS_GROUP_SECP256R1,
                                               MBEDTLS_SSL_IANA_TLS_GROUP_NONE};

}  // namespace

void limit_to_tls12_over_p256(mbedtls_ssl_config& config) noexcept {
  mbedtls_ssl_conf_min_tls_version(&config, MBEDTLS_SSL_VERSION_TLS1_2);
  mbedtls_ssl_conf_max_tls_version(&config, MBEDTLS_SSL_VERSION_TLS1_2);
  mbedtls_ssl_conf_groups(&config, kGroups.data());
}

}  // namespace latchkey::channel
