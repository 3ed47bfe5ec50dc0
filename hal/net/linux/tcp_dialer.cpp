// SPDX-License-Identifier: MIT
#include "hal/net/linux/tcp_dialer.hpp"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <algorithm>
#include <cerrno>
#include <iterator>
#include <optional>

#include "hal/net/linux/tcp_stream.hpp"
#include "hal/net/linux/wait.hpp"

namespace latchkey::net {
namespace {

struct FreeAddresses {
  void operator()(addrinfo* list) const noexcept { ::freeaddrinfo(list); }
};
using Addresses = std::unique_ptr<addrinfo, FreeAddresses>;

Result<Addresses> look_up(const std::string& host, std::uint16_t port) {
  const auto doing = "looking up " + host;
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV;
  addrinfo* list = nullptr;
  const int failed = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &list);
  if (failed == EAI_SYSTEM) return fail_errno(errno, doing);
  if (failed == EAI_MEMORY) return fail_errno(ENOMEM, doing);
  if (failed != 0 || list == nullptr) return fail(Errc::not_found, doing);
  return Addresses(list);
}

Result<std::unique_ptr<ByteStream>> connect_to(const addrinfo& address, Instant deadline) {
  constexpr auto kDoing = "connecting";
  const int socket = ::socket(address.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (socket < 0) return fail_errno(errno, kDoing);
  auto stream = std::make_unique<TcpStream>(socket);
  if (::connect(socket, address.ai_addr, address.ai_addrlen) != 0) {
    if (errno != EINPROGRESS) return fail_errno(errno, kDoing);
    if (auto ready = wait_until_ready(socket, POLLOUT, deadline); !ready) {
      return fail(std::move(ready));
    }
    int error = 0;
    socklen_t size = sizeof error;
    if (::getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size) != 0) error = errno;
    if (error == ETIMEDOUT) return fail(Errc::timed_out, kDoing);
    if (error != 0) return fail_errno(error, kDoing);
  }
  // Each step is one small message that the other side waits for.
  const int on = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return stream;
}

/// How much an error tells about the machine that was meant.
int telling(const Error& error) noexcept {
  if (error.code == std::errc::connection_refused) return 3;
  if (error.is(Errc::timed_out)) return 2;
  const bool no_way = error.code == std::errc::host_unreachable ||
                      error.code == std::errc::network_unreachable ||
                      error.code == std::errc::address_family_not_supported ||
                      error.code == std::errc::address_not_available;
  return no_way ? 0 : 1;
}

}  // namespace

Result<std::unique_ptr<ByteStream>> TcpDialer::dial(const std::string& host, std::uint16_t port,
                                                    Instant deadline) {
  auto addresses = look_up(host, port);
  if (!addresses) return fail(std::move(addresses));

  int left = 0;
  for (const auto* at = addresses->get(); at != nullptr; at = at->ai_next) ++left;
  std::optional<Error> failure;
  for (const auto* at = addresses->get(); at != nullptr; at = at->ai_next, --left) {
    // A share of the time for each, so that one that is silent leaves some to the others.
    const auto now = boot_time();
    const auto share = std::max(deadline - now, Millis::zero()) / left;
    auto stream = connect_to(*at, now + share);
    if (stream) return stream;
    if (!failure || telling(stream.error()) > telling(*failure)) failure = stream.error();
  }
  failure->doing = "connecting to " + host;
  return tl::make_unexpected(std::move(*failure));
}

}  // namespace latchkey::net
