// SPDX-License-Identifier: MIT
#include "firmware/net/listener.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <array>
#include <asio/awaitable.hpp>
#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <asio/redirect_error.hpp>
#include <asio/steady_timer.hpp>
#include <asio/use_awaitable.hpp>
#include <cerrno>

namespace latchkey::net {
namespace {

constexpr std::chrono::milliseconds kPauseAfterFault{100};

// By hand: asio's to_string() asks for the name of an interface, which takes a socket, and the
// sandbox has none to give.
std::string address_text(const sockaddr_storage& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (address.ss_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(address);
    if (::inet_ntop(AF_INET, &v4.sin_addr, text.data(), text.size()) == nullptr) return {};
    return text.data();
  }
  if (address.ss_family == AF_INET6) {
    const auto& v6 = reinterpret_cast<const sockaddr_in6&>(address).sin6_addr;
    constexpr std::size_t kMappedAt = 12;
    const bool mapped = IN6_IS_ADDR_V4MAPPED(&v6);
    const auto* bytes = mapped ? &v6.s6_addr[kMappedAt] : &v6.s6_addr[0];
    const int family = mapped ? AF_INET : AF_INET6;
    if (::inet_ntop(family, bytes, text.data(), text.size()) == nullptr) return {};
    return text.data();
  }
  return "local";
}

}  // namespace

struct Listener::Io {
  Io(asio::io_context& loop, int number, OnConnection callback)
      : descriptor(loop, number), pause(loop), on_connection(std::move(callback)) {}

  static asio::awaitable<void> accept_all(std::shared_ptr<Io> self) {
    while (!self->closed) {
      asio::error_code error;
      co_await self->descriptor.async_wait(asio::posix::stream_descriptor::wait_read,
                                           asio::redirect_error(asio::use_awaitable, error));
      if (error || self->closed) co_return;
      if (self->accept_one()) continue;
      self->pause.expires_after(kPauseAfterFault);
      co_await self->pause.async_wait(asio::redirect_error(asio::use_awaitable, error));
    }
  }

  /// False when accepting cannot work for now (no descriptors, no memory).
  bool accept_one() {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    const int socket = ::accept4(descriptor.native_handle(), reinterpret_cast<sockaddr*>(&address),
                                 &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (socket < 0) {
      return errno != EMFILE && errno != ENFILE && errno != ENOBUFS && errno != ENOMEM;
    }
    const int on = 1;
    // Flights are few and small; each is to leave when it is written.
    (void)::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    on_connection(socket, address_text(address));
    return true;
  }

  asio::posix::stream_descriptor descriptor;
  asio::steady_timer pause;
  OnConnection on_connection;
  bool closed = false;
};

Listener::Listener(asio::io_context& loop, int descriptor, OnConnection on_connection)
    : io_(std::make_shared<Io>(loop, descriptor, std::move(on_connection))) {
  asio::co_spawn(loop, Io::accept_all(io_), EndOnException());
}

Listener::~Listener() {
  io_->closed = true;
  asio::error_code ignored;
  io_->descriptor.close(ignored);
}

}  // namespace latchkey::net
