// SPDX-License-Identifier: MIT
#pragma once

#include <doctest/doctest.h>
#include <sys/socket.h>

#include <optional>
#include <span>
#include <string>

#include "hal/descriptor.hpp"
#include "hal/fido/sim/ctaphid/report.hpp"
#include "tests/unit/hal/local_socket/connected.hpp"

namespace latchkey::test {

/// A report whose every byte is `fill`.
inline fido::Report report_of(std::uint8_t fill) {
  fido::Report report{};
  report.fill(fill);
  return report;
}

/// A host's end of DIR/hid.sock. What was sent has arrived, nothing is waited for.
class HidClient final {
 public:
  explicit HidClient(const std::string& path) : socket_(connected(path, SOCK_SEQPACKET)) {}

  void send(std::span<const std::uint8_t> packet) const {
    REQUIRE(::send(socket_.number(), packet.data(), packet.size(), MSG_NOSIGNAL) ==
            static_cast<ssize_t>(packet.size()));
  }
  void leave() { socket_.close(); }

  /// The next report that is there.
  [[nodiscard]] std::optional<fido::Report> heard() {
    fido::Report report{};
    const auto got =
        ::recv(socket_.number(), report.data(), report.size(), MSG_DONTWAIT | MSG_TRUNC);
    ended_ = got == 0 || (got < 0 && errno == ECONNRESET);
    if (got != static_cast<ssize_t>(report.size())) return std::nullopt;
    return report;
  }
  /// Whether the key has closed the connection; call heard() first.
  [[nodiscard]] bool ended() const noexcept { return ended_; }

 private:
  hal::Descriptor socket_;
  bool ended_ = false;
};

}  // namespace latchkey::test
