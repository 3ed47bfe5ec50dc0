// SPDX-License-Identifier: MIT
#include "hal/fido/sim/socket/socket_stream.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <limits>
#include <utility>

#include "hal/descriptor.hpp"

namespace latchkey::fido::sim {
namespace {

class SocketStream final : public ReportStream {
 public:
  SocketStream(hal::Descriptor socket, int interrupt)
      : socket_(std::move(socket)), interrupt_(interrupt) {}

  bool write(const Report& report) override {
    ssize_t sent = -1;
    do sent = ::send(socket_.number(), report.data(), report.size(), MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    if (sent < 0 && (errno == EPIPE || errno == ECONNRESET || errno == ENOTCONN)) gone_ = true;
    return sent == static_cast<ssize_t>(report.size());
  }

  std::optional<Report> read(std::optional<Millis> timeout) override {
    int milliseconds = -1;
    if (timeout) {
      milliseconds = static_cast<int>(
          std::clamp<Millis::rep>(timeout->count(), 0, std::numeric_limits<int>::max()));
    }
    // A signal ends the wait, as it does in libfido2 on a hidraw node. poll(2) ignores -1.
    std::array<pollfd, 2> waiting{{{socket_.number(), POLLIN, 0}, {interrupt_, POLLIN, 0}}};
    if (::poll(waiting.data(), waiting.size(), milliseconds) <= 0) return std::nullopt;
    if (waiting[0].revents == 0) return std::nullopt;
    Report report{};
    // MSG_TRUNC: the packet's true length, so that a longer one is not taken for a report.
    const auto size =
        ::recv(socket_.number(), report.data(), report.size(), MSG_DONTWAIT | MSG_TRUNC);
    if (size == 0 || (size < 0 && errno == ECONNRESET)) gone_ = true;
    if (size != static_cast<ssize_t>(report.size())) return std::nullopt;
    return report;
  }

  [[nodiscard]] bool gone() const noexcept override { return gone_; }

 private:
  hal::Descriptor socket_;
  int interrupt_;
  bool gone_ = false;
};

}  // namespace

Result<std::unique_ptr<ReportStream>> open_socket_stream(const std::string& directory,
                                                         int interrupt) {
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
  return std::make_unique<SocketStream>(std::move(socket), interrupt);
}

}  // namespace latchkey::fido::sim
