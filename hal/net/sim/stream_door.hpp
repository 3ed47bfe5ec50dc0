// SPDX-License-Identifier: MIT
#pragma once

#include <functional>

#include "hal/net/sim/memory_stream.hpp"

namespace latchkey::net {

/// The back door of a MemoryStream: what tests do to it and no other program can.
class StreamDoor final {
 public:
  /// `stream` must outlive the door.
  explicit StreamDoor(MemoryStream& stream) noexcept : stream_(&stream) {}

  /// Called whenever bytes arrive at this end or the other end closes; it may read and answer,
  /// so that both ends can be played in one thread.
  void on_arrival(std::function<void()> handler);
  /// Hands out at most this many bytes a read from now on (a slow, chopped-up line).
  void chop(std::size_t bytes_a_read) noexcept;
  /// Every read and write at this end fails with this error from now on.
  void break_with(Error error);
  /// Bytes that have arrived and were not read.
  [[nodiscard]] std::size_t waiting() const noexcept;

 private:
  MemoryStream* stream_;
};

}  // namespace latchkey::net
