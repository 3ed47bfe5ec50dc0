// SPDX-License-Identifier: MIT
#include "firmware/ctl/daemon_connection.hpp"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <cerrno>
#include <cstring>

namespace latchkey::ctl {

Result<roles::RoleChannel> connect_to_daemon(const std::string& socket_path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (socket_path.size() >= sizeof address.sun_path) {
    return fail(Errc::too_large, "connecting to " + socket_path);
  }
  std::memcpy(address.sun_path, socket_path.data(), socket_path.size());
  const int descriptor = ::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return fail_errno(errno, "making a socket");
  roles::RoleChannel channel(descriptor);
  if (::connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return fail_errno(errno, "connecting to " + socket_path);
  }
  return channel;
}

std::string explain(const Error& error, const std::string& socket_path) {
  if (error.code == std::errc::no_such_file_or_directory ||
      error.code == std::errc::connection_refused) {
    return fmt::format(
        "latchkeyd is not running: nothing answers at {}.\n"
        "Start it with `sudo systemctl start latchkeyd`, or name its socket with --socket.",
        socket_path);
  }
  if (error.code == std::errc::permission_denied) {
    return fmt::format("You may not talk to the daemon at {}.\nTry again with sudo.", socket_path);
  }
  if (error.is(Errc::closed)) {
    return "latchkeyd ended the conversation.\nLook at its log: `journalctl -u latchkeyd`.";
  }
  return error.message() + ".\nLook at the daemon's log: `journalctl -u latchkeyd`.";
}

}  // namespace latchkey::ctl
