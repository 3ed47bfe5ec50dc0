// SPDX-License-Identifier: MIT
#pragma once

#include <fido.h>

#include <cstdlib>
#include <memory>
#include <vector>

#include "core/bytes.hpp"
#include "hal/fido/sim/middleware/sk_error.hpp"

namespace latchkey::fido::sim {

/// Frees a response as OpenSSH would: what it points to, then itself.
struct FreeResponse {
  void operator()(SkEnrollResponse* response) const noexcept;
  void operator()(SkSignResponse* response) const noexcept;
  void operator()(SkResidentKey* key) const noexcept;
};
template <class T>
using Response = std::unique_ptr<T, FreeResponse>;

/// A zeroed response in malloc's memory; SkError::general without memory.
template <class T>
[[nodiscard]] SkResult<Response<T>> make_response() {
  Response<T> made(static_cast<T*>(std::calloc(1, sizeof(T))));
  if (!made) return fail_sk(SkError::general, "out of memory");
  return made;
}

/// Copies bytes into malloc's memory; null and 0 for none. False without memory.
[[nodiscard]] bool hand_over(std::uint8_t*& to, std::size_t& length, ByteView bytes);

/// Fills in the public key of a credential, as OpenSSH wants it for its algorithm.
[[nodiscard]] SkResult<> hand_over_public_key(SkEnrollResponse& response, const fido_cred_t& cred);

/// Of libfido2's pairs of functions for a pointer and a length.
[[nodiscard]] inline ByteView view(const unsigned char* bytes, std::size_t length) {
  return bytes != nullptr ? ByteView(bytes, length) : ByteView();
}

}  // namespace latchkey::fido::sim
