// SPDX-License-Identifier: MIT
#include "core/attest/curve_of.hpp"

namespace latchkey::attest {

mbedtls_ecp_group_id curve_of(const mbedtls_pk_context& key) noexcept {
  return mbedtls_ecp_keypair_get_group_id(mbedtls_pk_ec(key));
}

}  // namespace latchkey::attest
