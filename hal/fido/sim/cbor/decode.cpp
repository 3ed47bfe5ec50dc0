// SPDX-License-Identifier: MIT
#include "core/cbor/token.hpp"
#include "hal/fido/sim/cbor/utf8.hpp"
#include "hal/fido/sim/cbor/value.hpp"

namespace latchkey::fido::sim {
namespace {

constexpr auto kDoing = "decoding CBOR";

class Decoder final {
 public:
  explicit Decoder(ByteView cbor) : rest_(cbor) {}

  [[nodiscard]] ByteView rest() const { return rest_; }

  Result<Value> item(int depth) {
    const auto token = cbor::take_token(rest_);
    if (!token) return fail(token.error(), kDoing);
    using Kind = cbor::Token::Kind;
    switch (token->kind) {
      case Kind::number:
      case Kind::negative: {
        if (token->value > std::uint64_t{INT64_MAX}) return fail(Errc::too_large, kDoing);
        const auto number = static_cast<std::int64_t>(token->value);
        return token->kind == Kind::number ? number : -1 - number;
      }
      case Kind::boolean: return token->value != 0;
      case Kind::byte_string: return token->bytes;
      case Kind::text:
        if (!count_code_points(as_text(token->bytes))) return fail(Errc::malformed, kDoing);
        return std::string(as_text(token->bytes));
      case Kind::array:
        return depth == kMaxCborDepth ? fail(Errc::too_large, kDoing)
                                      : array(token->value, depth + 1);
      case Kind::map:
        return depth == kMaxCborDepth ? fail(Errc::too_large, kDoing)
                                      : map(token->value, depth + 1);
      case Kind::other: break;
    }
    return fail(Errc::unsupported, kDoing);
  }

 private:
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
