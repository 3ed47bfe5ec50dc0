// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>

#include "core/bytes.hpp"

/// How CBOR (RFC 8949) hangs together, without reading it: what of a security key's answer must
/// hold before libcbor may have it. More lenient than core/cbor, for keys that do not write numbers
/// in their shortest form; but nothing of indefinite length, which CTAP2 forbids.
namespace latchkey::fido {

enum class CborMajor : std::uint8_t { number, negative, bytes, text, array, map, tag, simple };

/// The start of an item.
struct CborHead {
  CborMajor major{};
  std::uint64_t value = 0;  ///< a number, or how many bytes, items or pairs follow
  std::size_t size = 0;     ///< of the head itself
};
[[nodiscard]] std::optional<CborHead> cbor_head(ByteView cbor) noexcept;

/// How many bytes the item at the start takes with all that is in it, nested at most eight deep.
/// nullopt: it claims to hold more than is there, or is no item.
[[nodiscard]] std::optional<std::size_t> cbor_item_size(ByteView cbor) noexcept;

}  // namespace latchkey::fido
