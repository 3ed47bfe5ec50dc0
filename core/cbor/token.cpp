// SPDX-License-Identifier: MIT
#include "core/cbor/token.hpp"

#include <cbor.h>

#include <optional>

namespace latchkey::cbor {
namespace {

using Kind = Token::Kind;
using Found = std::optional<Token>;

/// The size of the shortest head that can say `value`.
std::size_t shortest_head(std::uint64_t value) noexcept {
  if (value < 24) return 1;
  if (value <= 0xff) return 2;
  if (value <= 0xffff) return 3;
  if (value <= 0xffffffff) return 5;
  return 9;
}

template <Kind kKind, class Value>
void take(void* found, Value value) {
  *static_cast<Found*>(found) = Token{kKind, static_cast<std::uint64_t>(value), {}};
}
template <Kind kKind>
void take_string(void* found, cbor_data data, std::size_t size) {
  *static_cast<Found*>(found) = Token{kKind, size, {data, size}};
}

/// What is not named here (tags, floats, indefinite lengths) is not found.
cbor_callbacks make_callbacks() {
  cbor_callbacks table = cbor_empty_callbacks;
  table.uint8 = take<Kind::number, std::uint8_t>;
  table.uint16 = take<Kind::number, std::uint16_t>;
  table.uint32 = take<Kind::number, std::uint32_t>;
  table.uint64 = take<Kind::number, std::uint64_t>;
  table.negint8 = take<Kind::negative, std::uint8_t>;
  table.negint16 = take<Kind::negative, std::uint16_t>;
  table.negint32 = take<Kind::negative, std::uint32_t>;
  table.negint64 = take<Kind::negative, std::uint64_t>;
  table.boolean = take<Kind::boolean, bool>;
  table.byte_string = take_string<Kind::byte_string>;
  table.string = take_string<Kind::text>;
  table.array_start = take<Kind::array, std::size_t>;
  table.map_start = take<Kind::map, std::size_t>;
  table.null = [](void* found) { *static_cast<Found*>(found) = Token{}; };
  table.undefined = table.null;
  return table;
}

}  // namespace

tl::expected<Token, Errc> take_token(ByteView& rest) {
  static const cbor_callbacks callbacks = make_callbacks();
  Found found;
  const auto result = cbor_stream_decode(rest.data(), rest.size(), &callbacks, &found);
  if (result.status == CBOR_DECODER_NEDATA) return tl::make_unexpected(Errc::truncated);
  if (result.status != CBOR_DECODER_FINISHED) return tl::make_unexpected(Errc::malformed);
  if (!found) return tl::make_unexpected(Errc::unsupported);
  const bool counted = found->kind != Kind::boolean && found->kind != Kind::other;
  const auto head = result.read - found->bytes.size();
  if (head != (counted ? shortest_head(found->value) : 1)) {
    return tl::make_unexpected(Errc::malformed);
  }
  rest = rest.subspan(result.read);
  return *found;
}

}  // namespace latchkey::cbor
