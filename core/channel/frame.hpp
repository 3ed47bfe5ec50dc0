// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include "core/bytes.hpp"

/// The frames in the clear, before TLS: type, 16-bit big-endian length, payload.
namespace latchkey::channel {

enum class FrameType : std::uint8_t {
  greeting = 1,
  hello = 2,
  share_host = 3,
  share_pi = 4,
  confirm_host = 5,
  confirm_pi = 6,
  refuse = 7,
};

inline constexpr std::size_t kMaxFramePayload = 1024;

struct Frame {
  FrameType type = FrameType::refuse;
  Bytes payload;
};

/// Appends a frame. `payload` is at most kMaxFramePayload bytes.
void put_frame(Bytes& out, FrameType type, ByteView payload);

/// Cuts frames out of a stream that arrives in any pieces.
class FrameReader final {
 public:
  /// Keeps the bytes until next() or take_rest() takes them.
  void receive(ByteView bytes);

  /// The next whole frame, or none yet. An unknown type or a length beyond the bound fails as
  /// soon as its bytes are there: Errc::malformed, Errc::too_large.
  [[nodiscard]] Result<std::optional<Frame>> next();

  /// What follows the last frame; afterwards the reader is empty.
  [[nodiscard]] Bytes take_rest();

 private:
  Bytes buffer_;
};

}  // namespace latchkey::channel
