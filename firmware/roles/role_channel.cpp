// SPDX-License-Identifier: MIT
#include "firmware/roles/role_channel.hpp"

#include <sys/socket.h>
#include <unistd.h>
#include <array>
#include <cerrno>

namespace latchkey::roles {

RoleChannel::~RoleChannel() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Result<std::pair<RoleChannel, RoleChannel>> RoleChannel::make_pair() {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    return fail_errno(errno, "making a socket pair");
  }
  return std::pair{RoleChannel(ends[0]), RoleChannel(ends[1])};
}

Result<void> RoleChannel::send_packet(ByteView packet) {
  while (true) {
    const auto sent = ::send(descriptor_, packet.data(), packet.size(), MSG_NOSIGNAL);
    if (sent >= 0) return {};
    if (errno == EINTR) continue;
    if (errno == EPIPE || errno == ECONNRESET) return fail(Errc::closed, "telling another process");
    return fail_errno(errno, "telling another process");
  }
}

Result<Bytes> RoleChannel::receive_packet(std::size_t max) {
  Bytes packet(max);
  bool was_reset = false;
  while (true) {
    // MSG_TRUNC: the packet's own size, so that one too long is seen as such.
    const auto got = ::recv(descriptor_, packet.data(), packet.size(), MSG_TRUNC);
    if (got < 0 && errno == EINTR) continue;
    // Said when the other end went with packets of ours unread, but what it had sent is still
    // there: once reported, the error is gone.
    if (got < 0 && errno == ECONNRESET && !std::exchange(was_reset, true)) continue;
    if (got < 0 && errno == ECONNRESET) return fail(Errc::closed, "hearing another process");
    if (got < 0) return fail_errno(errno, "hearing another process");
    if (got == 0) return fail(Errc::closed, "hearing another process");
    if (static_cast<std::size_t>(got) > max) {
      return fail(Errc::too_large, "hearing another process");
    }
    packet.resize(static_cast<std::size_t>(got));
    return packet;
  }
}

}  // namespace latchkey::roles
