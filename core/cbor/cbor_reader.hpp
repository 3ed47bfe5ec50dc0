// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

#include "core/cbor/token.hpp"

namespace latchkey::cbor {

/// Reads CBOR (RFC 8949) item by item, the deterministic encoding of its section 4.2.1 only:
/// definite lengths, shortest heads. Allocates nothing, whatever lengths the bytes claim; views
/// point into the input.
///
/// After the first error every read returns zero or empty and end() tells the error: check there,
/// once, before using anything.
class CborReader final {
 public:
  explicit CborReader(ByteView cbor) noexcept : rest_(cbor) {}

  [[nodiscard]] std::uint64_t number(std::uint64_t max);
  /// A number of either sign, both bounds included.
  [[nodiscard]] std::int64_t integer(std::int64_t min, std::int64_t max);
  [[nodiscard]] bool boolean();
  [[nodiscard]] ByteView byte_string(std::size_t max);
  /// Valid, printable UTF-8 (text.hpp), `max` in bytes.
  [[nodiscard]] std::string_view text(std::size_t max);
  /// The heads of containers: how many items or pairs follow.
  [[nodiscard]] std::size_t array(std::size_t max);
  [[nodiscard]] std::size_t map(std::size_t max);
  /// Passes over one item of any kind, nested at most four deep.
  void skip();

  /// Makes everything fail from here on, for a rule of the layer above.
  void refuse(Errc code);
  [[nodiscard]] bool failed() const noexcept { return failed_; }
  /// Whether all was well and nothing is left.
  [[nodiscard]] Result<void> end(const char* doing) const;

 private:
  [[nodiscard]] Token next();
  void skip(int depth);

  ByteView rest_;
  bool failed_ = false;
  Errc code_{};
};

}  // namespace latchkey::cbor
