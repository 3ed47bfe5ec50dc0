// SPDX-License-Identifier: MIT
#include "core/crypto/base64.hpp"

#include <mbedtls/base64.h>

namespace latchkey::crypto {

std::string to_base64(ByteView bytes) {
  // mbedTLS wants room for a closing NUL.
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
  std::size_t written = 0;
  mbedtls_base64_encode(reinterpret_cast<unsigned char*>(text.data()), text.size(), &written,
                        bytes.data(), bytes.size());
  text.resize(written);
  return text;
}

Result<Bytes> from_base64(std::string_view text) {
  Bytes bytes(text.size() / 4 * 3 + 3);
  std::size_t written = 0;
  if (mbedtls_base64_decode(bytes.data(), bytes.size(), &written, as_bytes(text).data(),
                            text.size()) != 0) {
    return fail(Errc::malformed, "reading base64");
  }
  bytes.resize(written);
  // mbedTLS skips line breaks and ignores stray bits; the round trip does not.
  if (to_base64(bytes) != text) return fail(Errc::malformed, "reading base64");
  return bytes;
}

}  // namespace latchkey::crypto
