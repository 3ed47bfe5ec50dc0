// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "hal/descriptor.hpp"

namespace latchkey::gpio {

inline constexpr std::size_t kMaxBoardLine = 256;     ///< without its end
inline constexpr std::size_t kMaxBoardOutput = 8192;  ///< unsent bytes; who reads slower is dropped

/// One connection to the simulated board: lines in, lines out, never blocking. The owner drops it
/// when it is gone().
class BoardClient final {
 public:
  /// The socket must be non-blocking.
  explicit BoardClient(hal::Descriptor socket) noexcept : socket_(std::move(socket)) {}

  [[nodiscard]] int descriptor() const noexcept { return socket_.number(); }

  /// Reads what is there, once, at most 4 KiB.
  void receive();
  /// The next whole line without its "\n" or "\r\n"; at the end of input also a last one that has
  /// none. One that is too long is answered, and ends the input.
  [[nodiscard]] std::optional<std::string> next_line();
  /// Queues a line and sends what the socket takes.
  void say(std::string_view line);
  /// Sends what is still queued.
  void flush();
  /// The connection is broken.
  void drop() noexcept { broken_ = true; }

  /// While a tap or hold of this client is under way its next lines wait, unread.
  void set_waiting(bool waiting) noexcept { waiting_ = waiting; }
  [[nodiscard]] bool waiting() const noexcept { return waiting_; }

  /// Broken, or everything has been read, done and answered after the other side's end of input.
  [[nodiscard]] bool gone() const noexcept;
  /// What to wait for: EPOLLIN, EPOLLOUT.
  [[nodiscard]] std::uint32_t interest() const noexcept;

 private:
  void refuse_line();

  hal::Descriptor socket_;
  std::string input_;
  std::string output_;
  bool input_ended_ = false;
  bool waiting_ = false;
  bool deaf_ = false;  // the other side reads no more
  bool broken_ = false;
};

}  // namespace latchkey::gpio
