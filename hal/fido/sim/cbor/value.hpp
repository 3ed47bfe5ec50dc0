// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/bytes.hpp"

/// CBOR as CTAP2 speaks it (CTAP 2.1 section 8, "CTAP2 canonical CBOR encoding form").
namespace latchkey::fido::sim {

inline constexpr int kMaxCborDepth = 4;

/// One CBOR item: integer, byte string, text, boolean, array or map. Tags, floats, null and
/// indefinite lengths do not occur in CTAP2 and are refused.
class Value final {
 public:
  using Array = std::vector<Value>;
  /// Sorted canonically: by kind, then shorter encodings of the key first, then bytewise.
  struct KeyOrder {
    bool operator()(const Value& left, const Value& right) const;
  };
  using Map = std::map<Value, Value, KeyOrder>;

  // Implicit, so that literals read as CBOR.
  Value(std::int64_t number);
  Value(std::uint32_t number);
  Value(int number);
  Value(std::same_as<bool> auto truth) : item_(truth) {}  // no pointer becomes a boolean
  Value(Bytes bytes);
  Value(ByteView bytes);
  Value(std::string text);
  Value(const char* text);
  Value(Array array);
  Value(Map map);

  /// nullptr or nullopt where the item is of another kind.
  [[nodiscard]] std::optional<std::int64_t> number() const;
  [[nodiscard]] std::optional<bool> truth() const;
  [[nodiscard]] const Bytes* bytes() const;
  [[nodiscard]] const std::string* text() const;
  [[nodiscard]] const Array* array() const;
  [[nodiscard]] const Map* map() const;

  /// The value of a key in a map; nullptr where this is no map or has no such key.
  [[nodiscard]] const Value* find(const Value& key) const;

  [[nodiscard]] Bytes encode() const;

  /// Exactly one item and nothing behind it, canonical, arrays and maps at most kMaxCborDepth deep,
  /// text in UTF-8, keys that are integers or text and none twice, integers within int64.
  /// Errc::malformed, truncated, trailing_bytes, too_large (depth, integers), unsupported (kinds of
  /// items). Allocates in proportion to the bytes, whatever lengths they claim.
  [[nodiscard]] static Result<Value> decode(ByteView cbor);

  friend bool operator==(const Value&, const Value&) = default;

 private:
  std::variant<std::int64_t, bool, Bytes, std::string, Array, Map> item_;
};

}  // namespace latchkey::fido::sim
