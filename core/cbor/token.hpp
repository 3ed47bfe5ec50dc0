// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <tl/expected.hpp>

#include "core/bytes.hpp"

namespace latchkey::cbor {

/// One step through CBOR: a whole number, truth value or string, or the head of a container.
struct Token {
  enum class Kind {
    number,
    negative,  ///< -1 - value
    boolean,
    byte_string,
    text,   ///< UTF-8 by its type alone: not checked
    array,  ///< `value` items follow
    map,    ///< `value` pairs follow
    other,  ///< null and undefined
  };
  Kind kind = Kind::other;
  std::uint64_t value = 0;  ///< or the length
  ByteView bytes;           ///< of a string; points into the input
};

/// Takes the token at the start of `rest` off it. Definite lengths and shortest heads only (RFC
/// 8949 section 4.2.1): Errc::truncated, malformed; unsupported for tags, floats and indefinite
/// lengths. Allocates nothing; after an error `rest` is as it was.
[[nodiscard]] tl::expected<Token, Errc> take_token(ByteView& rest);

}  // namespace latchkey::cbor
