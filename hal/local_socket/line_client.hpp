// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "hal/descriptor.hpp"

namespace latchkey::hal {

inline constexpr std::size_t kMaxLine = 256;  ///< of what a client sends, without its end

/// One connection to a local socket: lines in, lines out, never blocking. The owner drops it when
/// it is gone().
class LineClient final {
 public:
  /// The socket must be non-blocking. Who leaves more than `max_output` bytes unread, beyond what
  /// the kernel keeps, is broken.
  LineClient(Descriptor socket, std::size_t max_output) noexcept
      : socket_(std::move(socket)), max_output_(max_output) {}

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

  /// While a line of this client is not answered yet its next ones wait, unread.
  void set_waiting(bool waiting) noexcept { waiting_ = waiting; }
  [[nodiscard]] bool waiting() const noexcept { return waiting_; }

  /// Broken, or everything has been read, done and answered after the other side's end of input.
  [[nodiscard]] bool gone() const noexcept;
  /// What to wait for: EPOLLIN, EPOLLOUT.
  [[nodiscard]] std::uint32_t interest() const noexcept;

 private:
  void refuse_line();

  Descriptor socket_;
  std::size_t max_output_;
  std::string input_;
  std::string output_;
  bool input_ended_ = false;
  bool waiting_ = false;
  bool deaf_ = false;  // the other side reads no more
  bool broken_ = false;
};

}  // namespace latchkey::hal
