// SPDX-License-Identifier: MIT
#pragma once

#include <mbedtls/pk.h>

namespace latchkey::attest {

/// The curve of an ECDSA key. mbedTLS 3.6 hides what 2.28 has no function for: one file for each.
[[nodiscard]] mbedtls_ecp_group_id curve_of(const mbedtls_pk_context& key) noexcept;

}  // namespace latchkey::attest
