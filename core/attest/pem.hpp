// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>
#include <vector>

#include "core/bytes.hpp"

namespace latchkey::attest {

/// The DER of each certificate in a text of "-----BEGIN CERTIFICATE-----" blocks (RFC 7468). Lines
/// outside of blocks are comments. Errc::malformed for a text without certificates, blocks of
/// another kind, blocks that do not end, bad base64.
[[nodiscard]] Result<std::vector<Bytes>> read_pem_certificates(std::string_view text);

}  // namespace latchkey::attest
