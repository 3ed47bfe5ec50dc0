// SPDX-License-Identifier: MIT
#include "core/channel/message_fields.hpp"

namespace latchkey::channel {

std::vector<std::string> read_texts(cbor::CborReader& reader, std::size_t max,
                                    std::size_t max_size) {
  std::vector<std::string> texts;
  const auto count = reader.array(max);
  for (std::size_t i = 0; i < count; ++i) texts.emplace_back(filled(reader, reader.text(max_size)));
  return texts;
}

void write_texts(cbor::CborWriter& writer, const std::vector<std::string>& texts, std::size_t max,
                 std::size_t max_size) {
  writer.array(texts.size(), max);
  for (const auto& text : texts) {
    if (text.empty()) writer.refuse(Errc::malformed);
    writer.text(text, max_size);
  }
}

WallTime read_time(cbor::CborReader& reader) {
  return WallTime(std::chrono::seconds(static_cast<std::int64_t>(reader.number(kMaxTime))));
}

void write_time(cbor::CborWriter& writer, WallTime time) {
  // A time before 1970 becomes a huge number here, beyond the bound.
  writer.number(static_cast<std::uint64_t>(time.time_since_epoch().count()), kMaxTime);
}

}  // namespace latchkey::channel
