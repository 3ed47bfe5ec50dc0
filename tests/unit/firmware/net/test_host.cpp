// SPDX-License-Identifier: MIT
#include "tests/unit/firmware/net/test_host.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>
#include <array>
#include <chrono>
#include <stdexcept>
#include <utility>

namespace latchkey::testing {
namespace {

using Clock = std::chrono::steady_clock;

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

}  // namespace

Loopback::Loopback() {
  descriptor_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  auto address = loopback(0);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (descriptor_ < 0 || ::bind(descriptor_, generic, size) != 0 ||
      ::listen(descriptor_, SOMAXCONN) != 0 || ::getsockname(descriptor_, generic, &size) != 0) {
    throw std::runtime_error("listening on loopback");
  }
  port_ = ntohs(address.sin_port);
}

Loopback::~Loopback() { close(); }

void Loopback::close() {
  if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
}

RawPeer::RawPeer(std::uint16_t port)
    : descriptor_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  auto address = loopback(port);
  if (::connect(descriptor_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) close();
}

RawPeer::RawPeer(RawPeer&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

void RawPeer::close() {
  if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
}

void RawPeer::break_off() {
  const linger none{1, 0};
  ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &none, sizeof none);
  close();
}

bool RawPeer::send(ByteView bytes) {
  while (!bytes.empty()) {
    const auto sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(sent));
  }
  return true;
}

Bytes RawPeer::receive(Millis patience) {
  Bytes bytes(16'384);
  if (!wait_readable(descriptor_, patience)) return {};
  const auto got = ::recv(descriptor_, bytes.data(), bytes.size(), 0);
  bytes.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  return bytes;
}

bool RawPeer::ends_within(Millis patience) {
  const auto end = Clock::now() + patience;
  while (true) {
    const auto left = std::chrono::ceil<Millis>(end - Clock::now());
    if (left <= Millis::zero() || !wait_readable(descriptor_, left)) return false;
    std::array<char, 4096> piece{};
    if (::recv(descriptor_, piece.data(), piece.size(), 0) <= 0) return true;
  }
}

void TestHost::flush() {
  const auto output = session_.take_output();
  (void)peer_.send(output);
}

std::optional<channel::HostEvent> TestHost::next_event(Millis patience) {
  while (true) {
    flush();
    if (auto event = session_.next_event()) return event;
    const auto bytes = peer_.receive(patience);
    if (bytes.empty()) return std::nullopt;
    session_.receive(bytes);
  }
}

}  // namespace latchkey::testing
