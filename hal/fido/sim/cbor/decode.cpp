// SPDX-License-Identifier: MIT
#include <cbor.h>

#include "hal/fido/sim/cbor/utf8.hpp"
#include "hal/fido/sim/cbor/value.hpp"

namespace latchkey::fido::sim {
namespace {

constexpr auto kDoing = "decoding CBOR";

/// The size of the shortest head that can say `number`.
std::size_t shortest_head(std::uint64_t number) noexcept {
  if (number < 24) return 1;
  if (number <= 0xFF) return 2;
  if (number <= 0xFFFF) return 3;
  if (number <= 0xFFFFFFFF) return 5;
  return 9;
}

/// What libcbor's streaming decoder finds at the start of the bytes.
struct Token {
  enum class Kind { unsupported, positive, negative, boolean, bytes, text, array, map };
  Kind kind = Kind::unsupported;
  std::uint64_t number = 0;  ///< or the length
  ByteView string;

  template <Kind kKind, class Number>
  static void take(void* token, Number number) {
    *static_cast<Token*>(token) = {kKind, static_cast<std::uint64_t>(number), {}};
  }
  template <Kind kKind>
  static void take_string(void* token, cbor_data data, std::size_t size) {
    *static_cast<Token*>(token) = {kKind, size, {data, size}};
  }

  /// What is not named here (tags, floats, null, indefinite lengths) stays unsupported.
  static cbor_callbacks callbacks() {
    auto table = cbor_empty_callbacks;
    table.uint8 = take<Kind::positive, std::uint8_t>;
    table.uint16 = take<Kind::positive, std::uint16_t>;
    table.uint32 = take<Kind::positive, std::uint32_t>;
    table.uint64 = take<Kind::positive, std::uint64_t>;
    table.negint8 = take<Kind::negative, std::uint8_t>;
    table.negint16 = take<Kind::negative, std::uint16_t>;
    table.negint32 = take<Kind::negative, std::uint32_t>;
    table.negint64 = take<Kind::negative, std::uint64_t>;
    table.boolean = take<Kind::boolean, bool>;
    table.byte_string = take_string<Kind::bytes>;
    table.string = take_string<Kind::text>;
    table.array_start = take<Kind::array, std::size_t>;
    table.map_start = take<Kind::map, std::size_t>;
    return table;
  }
};

class Decoder final {
 public:
  explicit Decoder(ByteView cbor) : rest_(cbor) {}

  [[nodiscard]] ByteView rest() const { return rest_; }

  Result<Value> item(int depth) {
    const auto token = next();
    if (!token) return tl::make_unexpected(token.error());
    using Kind = Token::Kind;
    switch (token->kind) {
      case Kind::positive:
      case Kind::negative: {
        if (token->number > std::uint64_t{INT64_MAX}) return fail(Errc::too_large, kDoing);
        const auto number = static_cast<std::int64_t>(token->number);
        return token->kind == Kind::positive ? number : -1 - number;
      }
      case Kind::boolean: return token->number != 0;
      case Kind::bytes: return token->string;
      case Kind::text:
        if (!count_code_points(as_text(token->string))) return fail(Errc::malformed, kDoing);
        return std::string(as_text(token->string));
      case Kind::array:
        return depth == kMaxCborDepth ? fail(Errc::too_large, kDoing)
                                      : array(token->number, depth + 1);
      case Kind::map:
        return depth == kMaxCborDepth ? fail(Errc::too_large, kDoing)
                                      : map(token->number, depth + 1);
      case Kind::unsupported: break;
    }
    return fail(Errc::unsupported, kDoing);
  }

 private:
  Result<Token> next() {
    static const cbor_callbacks callbacks = Token::callbacks();
    Token token;
    const auto result = cbor_stream_decode(rest_.data(), rest_.size(), &callbacks, &token);
    if (result.status == CBOR_DECODER_NEDATA) return fail(Errc::truncated, kDoing);
    if (result.status != CBOR_DECODER_FINISHED) return fail(Errc::malformed, kDoing);
    if (token.kind == Token::Kind::unsupported) return token;
    const bool counted = token.kind != Token::Kind::boolean;
    const auto head = result.read - token.string.size();
    if (head != (counted ? shortest_head(token.number) : 1)) return fail(Errc::malformed, kDoing);
    rest_ = rest_.subspan(result.read);
    return token;
  }

  // Each item takes a byte at least, so the input's own size bounds both loops.
  Result<Value> array(std::uint64_t count, int depth) {
    Value::Array items;
    for (; count > 0; --count) {
      auto value = item(depth);
      if (!value) return value;
      items.push_back(std::move(*value));
    }
    return items;
  }

  Result<Value> map(std::uint64_t pairs, int depth) {
    Value::Map entries;
    for (; pairs > 0; --pairs) {
      auto key = item(depth);
      if (!key) return key;
      if (!key->number() && key->text() == nullptr) return fail(Errc::unsupported, kDoing);
      if (!entries.empty() && !Value::KeyOrder()(entries.rbegin()->first, *key)) {
        return fail(Errc::malformed, kDoing);
      }
      auto value = item(depth);
      if (!value) return value;
      entries.emplace_hint(entries.end(), std::move(*key), std::move(*value));
    }
    return entries;
  }

  ByteView rest_;
};

}  // namespace

Result<Value> Value::decode(ByteView cbor) {
  Decoder decoder(cbor);
  auto value = decoder.item(0);
  if (value && !decoder.rest().empty()) return fail(Errc::trailing_bytes, kDoing);
  return value;
}

}  // namespace latchkey::fido::sim
