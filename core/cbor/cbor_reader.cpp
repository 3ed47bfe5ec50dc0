// SPDX-License-Identifier: MIT
#include "core/cbor/cbor_reader.hpp"

#include <cbor.h>

#include <limits>

#include "core/text.hpp"

namespace latchkey::cbor {
namespace {

constexpr int kMaxDepth = 4;
constexpr std::uint64_t kMaxInteger = std::numeric_limits<std::int64_t>::max();

/// The size of the shortest head that can say `value`.
std::size_t shortest_head(std::uint64_t value) noexcept {
  if (value < 24) return 1;
  if (value <= 0xff) return 2;
  if (value <= 0xffff) return 3;
  if (value <= 0xffffffff) return 5;
  return 9;
}

}  // namespace

struct CborReader::Item {
  enum class Kind { none, number, negative, boolean, byte_string, text, array, map, other };
  Kind kind = Kind::none;
  std::uint64_t value = 0;  ///< of a number, or the length
  ByteView bytes;           ///< of a string

  template <Kind kKind, class Value>
  static void take(void* item, Value value) {
    *static_cast<Item*>(item) = {kKind, static_cast<std::uint64_t>(value), {}};
  }
  template <Kind kKind>
  static void take_string(void* item, cbor_data data, std::size_t size) {
    *static_cast<Item*>(item) = {kKind, size, {data, size}};
  }

  /// What is not named here (tags, floats, null, indefinite lengths) leaves Kind::none.
  static cbor_callbacks callbacks() {
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
    table.null = [](void* item) { static_cast<Item*>(item)->kind = Kind::other; };
    table.undefined = table.null;
    return table;
  }
};

CborReader::Item CborReader::next() {
  static const cbor_callbacks callbacks = Item::callbacks();
  Item item;
  if (failed_) return {};
  const auto result = cbor_stream_decode(rest_.data(), rest_.size(), &callbacks, &item);
  if (result.status == CBOR_DECODER_NEDATA) {
    refuse(Errc::truncated);
    return {};
  }
  const bool counted = item.kind != Item::Kind::boolean && item.kind != Item::Kind::other;
  const auto head = result.read - item.bytes.size();
  if (result.status != CBOR_DECODER_FINISHED || item.kind == Item::Kind::none ||
      head != (counted ? shortest_head(item.value) : 1)) {
    refuse(Errc::malformed);
    return {};
  }
  rest_ = rest_.subspan(result.read);
  return item;
}

std::uint64_t CborReader::number(std::uint64_t max) {
  const auto item = next();
  if (item.kind != Item::Kind::number) return refuse(Errc::malformed), 0;
  if (item.value > max) return refuse(Errc::too_large), 0;
  return item.value;
}

std::int64_t CborReader::integer(std::int64_t min, std::int64_t max) {
  const auto item = next();
  const bool negative = item.kind == Item::Kind::negative;
  if (!negative && item.kind != Item::Kind::number) return refuse(Errc::malformed), 0;
  if (item.value > kMaxInteger) return refuse(Errc::too_large), 0;
  const auto magnitude = static_cast<std::int64_t>(item.value);
  const auto value = negative ? -1 - magnitude : magnitude;
  if (value < min || value > max) return refuse(Errc::too_large), 0;
  return value;
}

bool CborReader::boolean() {
  const auto item = next();
  if (item.kind != Item::Kind::boolean) refuse(Errc::malformed);
  return item.value != 0;
}

ByteView CborReader::byte_string(std::size_t max) {
  const auto item = next();
  if (item.kind != Item::Kind::byte_string) return refuse(Errc::malformed), ByteView{};
  if (item.value > max) return refuse(Errc::too_large), ByteView{};
  return item.bytes;
}

std::string_view CborReader::text(std::size_t max) {
  const auto item = next();
  const auto text = as_text(item.bytes);
  if (item.kind != Item::Kind::text || !is_printable(text)) return refuse(Errc::malformed), "";
  if (item.value > max) return refuse(Errc::too_large), "";
  return text;
}

std::size_t CborReader::array(std::size_t max) {
  const auto item = next();
  if (item.kind != Item::Kind::array) return refuse(Errc::malformed), 0;
  if (item.value > max) return refuse(Errc::too_large), 0;
  return static_cast<std::size_t>(item.value);
}

std::size_t CborReader::map(std::size_t max) {
  const auto item = next();
  if (item.kind != Item::Kind::map) return refuse(Errc::malformed), 0;
  if (item.value > max) return refuse(Errc::too_large), 0;
  return static_cast<std::size_t>(item.value);
}

void CborReader::skip() { skip(0); }

void CborReader::skip(int depth) {
  if (depth >= kMaxDepth) return refuse(Errc::too_large);
  const auto item = next();
  // Each item takes a byte at least, so the input's own size bounds both loops.
  const bool map = item.kind == Item::Kind::map;
  if (!map && item.kind != Item::Kind::array) return;
  for (std::uint64_t i = 0; i < item.value && !failed_; ++i) {
    skip(depth + 1);
    if (map) skip(depth + 1);
  }
}

void CborReader::refuse(Errc code) {
  if (failed_) return;
  failed_ = true;
  code_ = code;
}

Result<void> CborReader::end(const char* doing) const {
  if (failed_) return fail(code_, doing);
  if (!rest_.empty()) return fail(Errc::trailing_bytes, doing);
  return {};
}

}  // namespace latchkey::cbor
