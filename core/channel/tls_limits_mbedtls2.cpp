// SPDX-License-Identifier: MIT
#include <mbedtls/ssl.h>

#include <array>

#include "core/channel/tls_limits.hpp"

namespace latchkey::channel {
namespace {

// mbedTLS keeps a pointer to this list, which ends with a zero.
constexpr std::array<mbedtls_ecp_group_id, 2> kCurves{MBEDTLS_ECP_DP_SECP256R1,
                                                      MBEDTLS_ECP_DP_NONE};

}  // namespace

void limit_to_tls12_over_p256(mbedtls_ssl_config& config) noexcept {
  mbedtls_ssl_conf_min_version(&config, MBEDTLS_SSL_MAJOR_VERSION_3, MBEDTLS_SSL_MINOR_VERSION_3);
  mbedtls_ssl_conf_max_version(&config, MBEDTLS_SSL_MAJOR_VERSION_3, MBEDTLS_SSL_MINOR_VERSION_3);
  mbedtls_ssl_conf_curves(&config, kCurves.data());
}

}  // namespace latchkey::channel
