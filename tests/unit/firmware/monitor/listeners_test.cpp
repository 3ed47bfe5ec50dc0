// SPDX-License-Identifier: MIT
#include "firmware/monitor/listeners.hpp"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <optional>

#include "hal/descriptor.hpp"

using namespace latchkey;
using monitor::Listeners;
using monitor::somebody_listens_on;

namespace {

struct Bound {
  int family = 0;
  std::uint16_t port = 0;
};

Bound bound_to(int socket) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  REQUIRE(::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  const auto port = address.ss_family == AF_INET
                        ? reinterpret_cast<const sockaddr_in&>(address).sin_port
                        : reinterpret_cast<const sockaddr_in6&>(address).sin6_port;
  return {address.ss_family, ntohs(port)};
}

bool can_connect(std::uint16_t port) {
  const hal::Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return ::connect(socket.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) ==
         0;
}

/// A socket that holds a port of IPv6 alone; not open where the machine has no IPv6.
hal::Descriptor hold_six(std::uint16_t port) {
  hal::Descriptor socket(::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const int yes = 1;
  ::setsockopt(socket.number(), IPPROTO_IPV6, IPV6_V6ONLY, &yes, sizeof yes);
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  address.sin6_port = htons(port);
  if (!socket.open() ||
      ::bind(socket.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(socket.number(), 1) != 0) {
    return {};
  }
  return socket;
}

}  // namespace

TEST_CASE("any free port is one port for every address family") {
  const auto listeners = Listeners::open(0);
  REQUIRE(listeners);
  CHECK(listeners->port() != 0);
  REQUIRE_FALSE(listeners->descriptors().empty());
  CHECK(bound_to(listeners->descriptors().front()).family == AF_INET);
  for (const int socket : listeners->descriptors()) {
    CHECK(bound_to(socket).port == listeners->port());
    CHECK((::fcntl(socket, F_GETFD) & FD_CLOEXEC) != 0);
    CHECK((::fcntl(socket, F_GETFL) & O_NONBLOCK) != 0);
  }
  if (hold_six(0).open()) CHECK(listeners->descriptors().size() == 2);
  CHECK(can_connect(listeners->port()));
}

TEST_CASE("nothing listens once they are closed") {
  std::uint16_t port = 0;
  {
    auto listeners = Listeners::open(0);
    REQUIRE(listeners);
    port = listeners->port();
    CHECK(somebody_listens_on(port));
    auto moved = std::move(*listeners);
    CHECK(moved.port() == port);
    CHECK(somebody_listens_on(port));
  }
  CHECK_FALSE(somebody_listens_on(port));
  CHECK_FALSE(can_connect(port));
  CHECK(Listeners::open(port));  // and the port is free again
}

TEST_CASE("a port that somebody has is an error that says so") {
  const auto first = Listeners::open(0);
  REQUIRE(first);
  const auto second = Listeners::open(first->port());
  REQUIRE_FALSE(second);
  CHECK(second.error().code == std::errc::address_in_use);
}

TEST_CASE("a port that somebody has on IPv6 alone is an error too") {
  const auto other = hold_six(0);
  if (!other.open()) return;  // no IPv6 here
  const auto listeners = Listeners::open(bound_to(other.number()).port);
  REQUIRE_FALSE(listeners);
  CHECK(listeners.error().code == std::errc::address_in_use);
}

TEST_CASE("IPv6 listeners are seen as well") {
  const auto other = hold_six(0);
  if (!other.open()) return;  // no IPv6 here
  CHECK(somebody_listens_on(bound_to(other.number()).port));
}

TEST_CASE("a port that is bound or connected but not listened on does not count") {
  const hal::Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  REQUIRE(::bind(socket.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) ==
          0);
  CHECK_FALSE(somebody_listens_on(bound_to(socket.number()).port));
}
