// SPDX-License-Identifier: MIT
#pragma once

#include <doctest/doctest.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "hal/descriptor.hpp"
#include "tests/unit/hal/local_socket/connected.hpp"

namespace latchkey::test {

/// Somebody else's end of a local socket: what was sent has arrived, nothing is waited for.
class Visitor final {
 public:
  explicit Visitor(const std::string& path) : socket_(connected(path, SOCK_STREAM)) {}

  void send(std::string_view text) const {
    REQUIRE(::send(socket_.number(), text.data(), text.size(), MSG_NOSIGNAL) ==
            static_cast<ssize_t>(text.size()));
  }
  void end_input() const { REQUIRE(::shutdown(socket_.number(), SHUT_WR) == 0); }
  void leave() { socket_.close(); }

  /// Everything that has arrived by now.
  [[nodiscard]] std::string heard() {
    std::string text;
    std::array<char, 4096> piece{};
    for (;;) {
      const auto got = ::recv(socket_.number(), piece.data(), piece.size(), MSG_DONTWAIT);
      if (got == 0) ended_ = true;
      if (got <= 0) return text;
      text.append(piece.data(), static_cast<std::size_t>(got));
    }
  }
  /// Whether the other side has closed the connection; call heard() first.
  [[nodiscard]] bool ended() const noexcept { return ended_; }

 private:
  hal::Descriptor socket_;
  bool ended_ = false;
};

}  // namespace latchkey::test
