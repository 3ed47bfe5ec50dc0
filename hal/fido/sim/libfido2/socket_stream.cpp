// SPDX-License-Identifier: MIT
#include "hal/fido/sim/libfido2/socket_stream.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <utility>

#include "hal/descriptor.hpp"

namespace latchkey::fido::sim {
namespace {

class SocketStream final : public ReportStream {
 public:
  explicit SocketStream(hal::Descriptor socket) : socket_(std::move(socket)) {}

  bool write(const Report& report) override {
    ssize_t sent = -1;
    do sent = ::send(socket_.number(), report.data(), report.size(), MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    return sent == static_cast<ssize_t>(report.size());
  }

  std::optional<Report> read(std::optional<Millis> timeout) override {
    int milliseconds = -1;
    if (timeout) {
      milliseconds = static_cast<int>(
          std::clamp<Millis::rep>(timeout->count(), 0, std::numeric_limits<int>::max()));
    }
    // A signal ends the wait, as it does in libfido2 on a hidraw node.
    pollfd waiting{socket_.number(), POLLIN, 0};
    if (::poll(&waiting, 1, milliseconds) <= 0) return std::nullopt;
    Report report{};
    // MSG_TRUNC: the packet's true length, so that a longer one is not taken for a report.
    const auto size =
        ::recv(socket_.number(), report.data(), report.size(), MSG_DONTWAIT | MSG_TRUNC);
    if (size != static_cast<ssize_t>(report.size())) return std::nullopt;
    return report;
  }

 private:
  hal::Descriptor socket_;
};

}  // namespace

Result<std::unique_ptr<ReportStream>> open_socket_stream(const std::string& directory) {
  const std::string path = directory + "/hid.sock";
  const std::string doing = "opening the simulated security key at " + path;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof(address.sun_path)) return fail_errno(ENAMETOOLONG, doing);
  std::copy(path.begin(), path.end(), address.sun_path);

  hal::Descriptor socket(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
  if (!socket.open()) return fail_errno(errno, doing);
  const auto* generic = reinterpret_cast<const sockaddr*>(&address);
  if (::connect(socket.number(), generic, sizeof(address)) != 0) return fail_errno(errno, doing);
  return std::make_unique<SocketStream>(std::move(socket));
}

}  // namespace latchkey::fido::sim
