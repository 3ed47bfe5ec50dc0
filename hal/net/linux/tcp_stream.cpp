// SPDX-License-Identifier: MIT
#include "hal/net/linux/tcp_stream.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cerrno>
#include <utility>

#include "hal/net/linux/wait.hpp"

namespace latchkey::net {
namespace {

bool try_again(int error_number) noexcept {
  return error_number == EAGAIN || error_number == EWOULDBLOCK || error_number == EINTR;
}

}  // namespace

Result<Bytes> TcpStream::read_some(std::size_t limit, Instant deadline) {
  Bytes bytes(limit);
  for (;;) {
    const auto got = ::recv(socket_, bytes.data(), bytes.size(), 0);
    if (got > 0) {
      bytes.resize(static_cast<std::size_t>(got));
      return bytes;
    }
    if (got == 0) return fail(Errc::closed, "reading from the network");
    if (!try_again(errno)) return fail_errno(errno, "reading from the network");
    if (auto ready = wait_until_ready(socket_, POLLIN, deadline); !ready) {
      return fail(std::move(ready));
    }
  }
}

Result<void> TcpStream::write_all(ByteView bytes, Instant deadline) {
  while (!bytes.empty()) {
    const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent >= 0) {
      bytes = bytes.subspan(static_cast<std::size_t>(sent));
      continue;
    }
    if (errno == EPIPE || errno == ECONNRESET) return fail(Errc::closed, "writing to the network");
    if (!try_again(errno)) return fail_errno(errno, "writing to the network");
    if (auto ready = wait_until_ready(socket_, POLLOUT, deadline); !ready) return ready;
  }
  return {};
}

void TcpStream::close() noexcept {
  if (socket_ >= 0) ::close(std::exchange(socket_, -1));
}

}  // namespace latchkey::net
