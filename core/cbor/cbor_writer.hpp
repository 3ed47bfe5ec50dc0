// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

#include "core/bytes.hpp"

namespace latchkey::cbor {

/// Writes CBOR (RFC 8949) item by item, with definite lengths and shortest heads. The bounds are
/// those of CborReader: what breaks one is not written, and end() tells the first error.
class CborWriter final {
 public:
  CborWriter() = default;
  /// Up to `capacity` bytes it does not grow, and so leaves no copy behind of what is a secret.
  explicit CborWriter(std::size_t capacity) { out_.reserve(capacity); }

  void number(std::uint64_t value, std::uint64_t max);
  void boolean(bool value);
  void byte_string(ByteView bytes, std::size_t max);
  void text(std::string_view text, std::size_t max);
  void array(std::size_t count, std::size_t max);
  void map(std::size_t pairs);

  /// Makes the whole fail, for a rule of the layer above.
  void refuse(Errc code);
  [[nodiscard]] Result<Bytes> end(const char* doing, std::size_t max) &&;

 private:
  using Encode = std::size_t (*)(std::size_t, unsigned char*, std::size_t);
  void head(Encode encode, std::size_t value);

  Bytes out_;
  bool failed_ = false;
  Errc code_{};
};

}  // namespace latchkey::cbor
