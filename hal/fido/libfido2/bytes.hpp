// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

#include "core/bytes.hpp"

namespace latchkey::fido {

/// Of libfido2's pairs of functions for a pointer and a length; points into its object.
[[nodiscard]] inline ByteView view(const unsigned char* bytes, std::size_t length) noexcept {
  return bytes != nullptr ? ByteView(bytes, length) : ByteView();
}

/// The first error of these steps, which libfido2 numbers; FIDO_OK (0) where all went well.
template <class... Steps>
[[nodiscard]] int first_error(Steps... steps) {
  int error = 0;
  ((error == 0 ? void(error = steps()) : void()), ...);
  return error;
}

inline constexpr std::size_t kMaxCredentialId = 1023;  ///< WebAuthn section 4

}  // namespace latchkey::fido
