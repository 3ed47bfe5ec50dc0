// SPDX-License-Identifier: MIT
#include "firmware/monitor/listeners.hpp"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>
#include <array>
#include <cerrno>
#include <fstream>
#include <sstream>
#include <string>
#include <utility>

namespace latchkey::monitor {
namespace {

constexpr int kBacklog = 8;
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

std::uint16_t port_of(int socket) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size);
  return ntohs(address.sin_port);
}

}  // namespace

Result<Listeners> Listeners::open(std::uint16_t port) {
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
  // A machine without IPv6 is no error, nor is its any-port taken there by somebody else.
  if (auto other = listen_on(six, AF_INET6)) listeners.descriptors_.push_back(*other);
  return listeners;
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
      if (std::stoul(local.substr(colon + 1), nullptr, 16) == port &&
          std::stoul(state, nullptr, 16) == kListen) {
        return true;
      }
    }
  }
  return false;
}

}  // namespace latchkey::monitor
