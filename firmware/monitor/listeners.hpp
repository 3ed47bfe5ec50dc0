// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <vector>

#include "core/error.hpp"

namespace latchkey::monitor {

/// The sockets that a window listens on: IPv6 and IPv4, every address, the same port. Open only
/// while a window is; closed with this object.
class Listeners final {
 public:
  /// `port` 0: any that is free for both. Errors: the errno of bind ("address already in use"),
  /// for IPv6 too where this machine has it.
  [[nodiscard]] static Result<Listeners> open(std::uint16_t port);
  ~Listeners();
  Listeners(Listeners&& other) noexcept = default;
  Listeners& operator=(Listeners&& other) noexcept;
  Listeners(const Listeners&) = delete;
  Listeners& operator=(const Listeners&) = delete;

  [[nodiscard]] const std::vector<int>& descriptors() const noexcept { return descriptors_; }
  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

 private:
  Listeners() = default;
  [[nodiscard]] static Result<Listeners> open_once(std::uint16_t port);

  std::vector<int> descriptors_;
  std::uint16_t port_ = 0;
};

/// Whether anybody on this machine listens on a TCP port (from /proc/net/tcp and tcp6).
[[nodiscard]] bool somebody_listens_on(std::uint16_t port);

}  // namespace latchkey::monitor
