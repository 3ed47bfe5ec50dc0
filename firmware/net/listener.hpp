// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "firmware/net/loop.hpp"

namespace latchkey::net {

/// One listening socket that the monitor opened. Accepts until it is destroyed.
class Listener final {
 public:
  /// `socket` is the callee's: connected, non-blocking, close-on-exec. `address` is the peer's,
  /// numeric, without a port.
  using OnConnection = std::function<void(int socket, const std::string& address)>;

  /// Owns `descriptor`, a listening stream socket. `loop` must outlive this.
  Listener(asio::io_context& loop, int descriptor, OnConnection on_connection);
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  Listener(Listener&&) = delete;
  Listener& operator=(Listener&&) = delete;

 private:
  struct Io;
  std::shared_ptr<Io> io_;
};

}  // namespace latchkey::net
