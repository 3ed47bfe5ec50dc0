// SPDX-License-Identifier: MIT
#include "firmware/monitor/listeners.hpp"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>
#include <array>
#include <cerrno>
#include <charconv>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>

namespace latchkey::monitor {
namespace {

constexpr int kBacklog = 8;
constexpr int kTries = 16;  // to find a port that is free for both
constexpr const char* kDoing = "listening for a laptop";

/// A listening socket, or the errno.
template <class Address>
Result<int> listen_on(const Address& address, int family) {
  const int socket = ::socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (socket < 0) return fail_errno(errno, kDoing);
  const int yes = 1;
  ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (family == AF_INET6) ::setsockopt(socket, IPPROTO_IPV6, IPV6_V6ONLY, &yes, sizeof yes);
  if (::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(socket, kBacklog) != 0) {
    const int why = errno;
    ::close(socket);
    return fail_errno(why, kDoing);
  }
  return socket;
}

/// A number in hexadecimal digits, as in /proc/net/tcp.
std::optional<unsigned> parse_hex(std::string_view digits) {
  unsigned number = 0;
  const char* end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, number, 16);
  if (error != std::errc() || stop != end) return std::nullopt;
  return number;
}

std::uint16_t port_of(int socket) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size);
  return ntohs(address.sin_port);
}

}  // namespace

Result<Listeners> Listeners::open(std::uint16_t port) {
  auto listeners = open_once(port);
  for (int i = 1; port == 0 && i < kTries && !listeners; ++i) {
    if (listeners.error().code != std::errc::address_in_use) break;
    listeners = open_once(port);
  }
  return listeners;
}

Result<Listeners> Listeners::open_once(std::uint16_t port) {
  Listeners listeners;
  sockaddr_in four{};
  four.sin_family = AF_INET;
  four.sin_port = htons(port);
  auto socket = listen_on(four, AF_INET);
  if (!socket) return fail(std::move(socket));
  listeners.descriptors_.push_back(*socket);
  listeners.port_ = port_of(*socket);

  sockaddr_in6 six{};
  six.sin6_family = AF_INET6;
  six.sin6_port = htons(listeners.port_);
  auto other = listen_on(six, AF_INET6);
  if (other) {
    listeners.descriptors_.push_back(*other);
  } else if (other.error().code == std::errc::address_in_use) {
    // Whoever has it there would get the laptops that come by IPv6.
    return fail(std::move(other));
  }
  return listeners;  // a machine without IPv6 is no error
}

Listeners::~Listeners() {
  for (const int descriptor : descriptors_) ::close(descriptor);
}

Listeners& Listeners::operator=(Listeners&& other) noexcept {
  std::swap(descriptors_, other.descriptors_);
  std::swap(port_, other.port_);
  return *this;
}

bool somebody_listens_on(std::uint16_t port) {
  constexpr unsigned kListen = 0x0a;  // TCP_LISTEN
  for (const char* path : {"/proc/net/tcp", "/proc/net/tcp6"}) {
    std::ifstream table(path);
    std::string line;
    std::getline(table, line);  // the heading
    while (std::getline(table, line)) {
      std::istringstream fields(line);
      std::string number;
      std::string local;
      std::string remote;
      std::string state;
      if (!(fields >> number >> local >> remote >> state)) continue;
      const auto colon = local.find_last_of(':');
      if (colon == std::string::npos) continue;
      if (parse_hex(local.substr(colon + 1)) == port && parse_hex(state) == kListen) return true;
    }
  }
  return false;
}

}  // namespace latchkey::monitor
