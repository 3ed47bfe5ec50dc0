// SPDX-License-Identifier: MIT
#include "core/ssh/fingerprint.hpp"

#include "core/crypto/base64.hpp"
#include "core/crypto/hash.hpp"

namespace latchkey::ssh {

Result<std::string> fingerprint(ByteView blob) {
  const auto hash = crypto::sha256(blob);
  if (!hash) return tl::make_unexpected(hash.error());
  auto text = "SHA256:" + crypto::to_base64(*hash);
  text.erase(text.find_last_not_of('=') + 1);
  return text;
}

}  // namespace latchkey::ssh
