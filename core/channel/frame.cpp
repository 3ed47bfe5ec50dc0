// SPDX-License-Identifier: MIT
#include "core/channel/frame.hpp"

#include <utility>

#include "core/channel/fields.hpp"

namespace latchkey::channel {
namespace {

constexpr std::size_t kHeader = 3;

bool known(std::uint8_t type) noexcept {
  return type >= static_cast<std::uint8_t>(FrameType::greeting) &&
         type <= static_cast<std::uint8_t>(FrameType::refuse);
}

}  // namespace

void put_frame(Bytes& out, FrameType type, ByteView payload) {
  put_u8(out, static_cast<std::uint8_t>(type));
  put_u16(out, static_cast<std::uint16_t>(payload.size()));
  put_bytes(out, payload);
}

void FrameReader::receive(ByteView bytes) { put_bytes(buffer_, bytes); }

Result<std::optional<Frame>> FrameReader::next() {
  // The type is judged by itself: what is no peer of ours is known by its first byte.
  if (!buffer_.empty() && !known(buffer_.front())) return fail(Errc::malformed, "reading a frame");
  if (buffer_.size() < kHeader) return std::nullopt;

  FieldReader reader(buffer_);
  const auto type = static_cast<FrameType>(reader.u8());
  const std::size_t size = reader.u16();
  if (size > kMaxFramePayload) return fail(Errc::too_large, "reading a frame");
  if (buffer_.size() - kHeader < size) return std::nullopt;
  Frame frame{type, to_bytes(reader.bytes(size))};
  buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(kHeader + size));
  return frame;
}

Bytes FrameReader::take_rest() { return std::exchange(buffer_, {}); }

}  // namespace latchkey::channel
