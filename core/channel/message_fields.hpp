// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "core/cbor/cbor_reader.hpp"
#include "core/cbor/cbor_writer.hpp"
#include "core/channel/messages.hpp"

/// What the bodies of messages are made of, for the files that read and write them alone. Keys and
/// bounds: docs/reference/protocol.md, "Messages". Both directions enforce the same.
namespace latchkey::channel {

/// Key 0 of a message. Numbers are the wire's; never reuse one.
enum class Kind : std::uint8_t {
  welcome = 1,
  offer = 2,
  result = 3,
  verdict = 4,
  token_request = 5,
  token_event = 6,
  pin = 7,
  token_made = 8,
  handles_request = 9,
  handles = 10,
  signature_wanted = 11,
};

inline constexpr std::uint64_t kKindKey = 0;
inline constexpr std::size_t kMaxPairs = 32;
inline constexpr std::size_t kMaxFieldKey = 255;
inline constexpr std::size_t kMaxAccount = 64;
inline constexpr std::size_t kMaxKeyBlob = 4096;
inline constexpr std::size_t kMaxRecord = 8192;  // attest::kMaxRecord, which is not read here
inline constexpr std::size_t kMaxComment = 256;
inline constexpr std::size_t kMaxFrom = 512;
inline constexpr std::size_t kMaxText = 1024;
inline constexpr std::uint64_t kMaxTime = 253402300799;  // the end of the year 9999

template <std::size_t Size>
void read_array(cbor::CborReader& reader, std::array<std::uint8_t, Size>& out) {
  const auto bytes = reader.byte_string(Size);
  if (bytes.size() != Size) return reader.refuse(Errc::malformed);
  std::ranges::copy(bytes, out.begin());
}

/// A text or a byte string that must say something.
template <class View>
View filled(cbor::CborReader& reader, View view) {
  if (view.empty()) reader.refuse(Errc::malformed);
  return view;
}

[[nodiscard]] std::vector<std::string> read_texts(cbor::CborReader& reader, std::size_t max,
                                                  std::size_t max_size);
void write_texts(cbor::CborWriter& writer, const std::vector<std::string>& texts, std::size_t max,
                 std::size_t max_size);

[[nodiscard]] WallTime read_time(cbor::CborReader& reader);
void write_time(cbor::CborWriter& writer, WallTime time);

/// Reads the value of a key into a body; false, and nothing read, if it does not know the key.
template <class Body>
using ReadField = bool (*)(cbor::CborReader& reader, std::uint64_t key, Body& body);

/// `pairs` of a map: keys ascend and are above kKindKey, 1 to `required` must all be there, unknown
/// ones are passed over.
template <class Body>
void read_fields(cbor::CborReader& reader, std::size_t pairs, std::uint64_t required, Body& body,
                 ReadField<Body> read_field) {
  std::uint64_t previous = kKindKey;
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < pairs && !reader.failed(); ++i) {
    const auto key = reader.number(kMaxFieldKey);
    if (key <= previous) reader.refuse(Errc::malformed);
    previous = key;
    if (!read_field(reader, key, body)) reader.skip();
    if (key <= required) ++seen;
  }
  if (seen != required) reader.refuse(Errc::malformed);
}

/// Writes the pairs of a map; fields[key] is the writer, to write that key's value at once. Keys
/// ascend.
class Fields final {
 public:
  Fields(cbor::CborWriter& writer, std::size_t pairs) : writer_(writer) { writer.map(pairs); }
  /// A message: its kind comes first, and `pairs` behind it.
  Fields(cbor::CborWriter& writer, Kind kind, std::size_t pairs) : Fields(writer, 1 + pairs) {
    (*this)[kKindKey].number(static_cast<std::uint8_t>(kind), kMaxFieldKey);
  }
  cbor::CborWriter& operator[](std::uint64_t key) {
    writer_.number(key, kMaxFieldKey);
    return writer_;
  }

 private:
  cbor::CborWriter& writer_;
};

}  // namespace latchkey::channel
