// SPDX-License-Identifier: MIT
#include "hal/fido/sim/cbor/value.hpp"

#include <cbor.h>

#include <algorithm>
#include <array>

namespace latchkey::fido::sim {
namespace {

template <class Number>
void put_head(Bytes& out, std::size_t (*encode)(Number, unsigned char*, std::size_t),
              Number number) {
  std::array<unsigned char, 9> head{};
  const auto size = encode(number, head.data(), head.size());
  out.insert(out.end(), head.data(), head.data() + size);
}

template <class Range>
void put(Bytes& out, const Range& range) {
  out.insert(out.end(), range.begin(), range.end());
}

struct Encoder {
  Bytes out;

  void operator()(std::int64_t number) {
    if (number >= 0) return put_head(out, cbor_encode_uint, static_cast<std::uint64_t>(number));
    put_head(out, cbor_encode_negint, static_cast<std::uint64_t>(-1 - number));
  }
  void operator()(bool truth) { put_head(out, cbor_encode_bool, truth); }
  void operator()(const Bytes& bytes) {
    put_head(out, cbor_encode_bytestring_start, bytes.size());
    put(out, bytes);
  }
  void operator()(const std::string& text) {
    put_head(out, cbor_encode_string_start, text.size());
    put(out, text);
  }
  void operator()(const Value::Array& array) {
    put_head(out, cbor_encode_array_start, array.size());
    for (const auto& item : array) put(out, item.encode());
  }
  void operator()(const Value::Map& map) {
    put_head(out, cbor_encode_map_start, map.size());
    for (const auto& [key, value] : map) {
      put(out, key.encode());
      put(out, value.encode());
    }
  }
};

}  // namespace

// A head starts with the kind and tells the length, so that bytewise order of whole encodings is
// the canonical order.
bool Value::KeyOrder::operator()(const Value& left, const Value& right) const {
  return left.encode() < right.encode();
}

Value::Value(std::int64_t number) : item_(number) {}
Value::Value(std::uint32_t number) : item_(std::int64_t{number}) {}
Value::Value(int number) : item_(std::int64_t{number}) {}
Value::Value(Bytes bytes) : item_(std::move(bytes)) {}
Value::Value(ByteView bytes) : item_(to_bytes(bytes)) {}
Value::Value(std::string text) : item_(std::move(text)) {}
Value::Value(const char* text) : item_(std::string(text)) {}
Value::Value(Array array) : item_(std::move(array)) {}
Value::Value(Map map) : item_(std::move(map)) {}

std::optional<std::int64_t> Value::number() const {
  const auto* number = std::get_if<std::int64_t>(&item_);
  return number == nullptr ? std::nullopt : std::optional(*number);
}

std::optional<bool> Value::truth() const {
  const auto* truth = std::get_if<bool>(&item_);
  return truth == nullptr ? std::nullopt : std::optional(*truth);
}

const Bytes* Value::bytes() const { return std::get_if<Bytes>(&item_); }
const std::string* Value::text() const { return std::get_if<std::string>(&item_); }
const Value::Array* Value::array() const { return std::get_if<Array>(&item_); }
const Value::Map* Value::map() const { return std::get_if<Map>(&item_); }

const Value* Value::find(const Value& key) const {
  const auto* entries = map();
  if (entries == nullptr) return nullptr;
  const auto found = entries->find(key);
  return found == entries->end() ? nullptr : &found->second;
}

Bytes Value::encode() const {
  Encoder encoder;
  std::visit(encoder, item_);
  return std::move(encoder.out);
}

}  // namespace latchkey::fido::sim
