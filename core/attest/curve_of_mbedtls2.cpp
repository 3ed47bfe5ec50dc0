// SPDX-License-Identifier: MIT
#include "core/attest/curve_of.hpp"

namespace latchkey::attest {

mbedtls_ecp_group_id curve_of(const mbedtls_pk_context& key) noexcept {
  return mbedtls_pk_ec(key)->grp.id;
}

}  // namespace latchkey::attest
