// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "core/bytes.hpp"

namespace latchkey::ssh {

/// "SHA256:…" as ssh-keygen -l prints it: base64 without padding. (Of a certificate ssh-keygen
/// prints the fingerprint of the key inside; this one is always of the blob as given.)
/// Fails only with Errc::crypto.
[[nodiscard]] Result<std::string> fingerprint(ByteView blob);

}  // namespace latchkey::ssh
