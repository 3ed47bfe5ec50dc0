// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>

#include "hal/fido/sim/program/face.hpp"
#include "hal/fido/sim/program/report_queue.hpp"
#include "hal/local_socket/listening_socket.hpp"

namespace latchkey::fido::sim {

inline constexpr std::size_t kMaxHidClients = 16;
/// Reports kept for a client beyond what the kernel keeps; hidraw's own number.
inline constexpr std::size_t kHidClientQueue = 64;

/// DIRECTORY/hid.sock (SOCK_SEQPACKET, mode 0600), which is there while the key is plugged in: one
/// report a packet. Unplugging ends all connections. A packet of another size ends its connection.
class HidSocket final : public Face {
 public:
  explicit HidSocket(std::string directory) : directory_(std::move(directory)) {}

  /// Errors: those of hal::ListeningSocket::open().
  [[nodiscard]] Result<void> plug() override;
  void unplug() override;
  void watch(std::vector<pollfd>& polled) const override;
  [[nodiscard]] Result<std::vector<Report>> serve() override;
  void give(const Report& report) override;

 private:
  struct Client {
    hal::Descriptor socket;
    ReportQueue waiting{kHidClientQueue};
    bool gone = false;
  };

  void accept_clients();
  static void receive(Client& client, std::vector<Report>& reports);
  static void send(Client& client);

  std::string directory_;
  std::optional<hal::ListeningSocket> socket_;
  std::vector<Client> clients_;
};

}  // namespace latchkey::fido::sim
