// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <optional>
#include <variant>

#include "core/bytes.hpp"

/// CBOR as CTAP2 speaks it (CTAP 2.1 section 8, "CTAP2 canonical CBOR encoding form").
namespace latchkey::fido::sim {

inline constexpr int kMaxCborDepth = 4;

/// One CBOR item: integer, byte string, text, boolean, array or map. Tags, floats, null and
/// indefinite lengths do not occur in CTAP2 and are refused.
class Value final {
 public:
  using Array = std::vector<Value>;
  /// Sorted canonically: shorter encodings of the key first, then bytewise.
  struct KeyOrder {
    bool operator()(const Value& left, const Value& right) const;
  };
  using Map = std::map<Value, Value, KeyOrder>;

  Value(std::int64_t number);  // NOLINT(google-explicit-constructor): literals read as CBOR
  Value(int number);           // NOLINT(google-explicit-constructor)
  Value(bool truth);           // NOLINT(google-explicit-constructor)
  Value(Bytes bytes);          // NOLINT(google-explicit-constructor)
  Value(ByteView bytes);       // NOLINT(google-explicit-constructor)
  Value(std::string text);     // NOLINT(google-explicit-constructor)
  Value(const char* text);     // NOLINT(google-explicit-constructor)
  Value(Array array);          // NOLINT(google-explicit-constructor)
  Value(Map map);              // NOLINT(google-explicit-constructor)

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

  /// Exactly one item and nothing behind it, canonical, at most kMaxCborDepth deep, text in UTF-8,
  /// no key twice, integers within int64. Errc::malformed, truncated, trailing_bytes, too_large,
  /// unsupported. Allocates in proportion to the bytes, whatever lengths they claim.
  [[nodiscard]] static Result<Value> decode(ByteView cbor);

  friend bool operator==(const Value&, const Value&) = default;

 private:
  std::variant<std::int64_t, bool, Bytes, std::string, Array, Map> item_;
};

}  // namespace latchkey::fido::sim
