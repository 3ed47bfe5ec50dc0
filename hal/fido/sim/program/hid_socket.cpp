// SPDX-License-Identifier: MIT
#include "hal/fido/sim/program/hid_socket.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

namespace latchkey::fido::sim {
namespace {

bool try_again(int error_number) {
  return error_number == EAGAIN || error_number == EWOULDBLOCK || error_number == EINTR;
}

}  // namespace

Result<void> HidSocket::plug() {
  auto socket = hal::ListeningSocket::open(
      {directory_, "hid.sock", "another program serves it; stop that one or choose another folder",
       SOCK_SEQPACKET});
  if (!socket) return fail(std::move(socket));
  socket_.emplace(std::move(*socket));
  return {};
}

void HidSocket::unplug() {
  socket_.reset();
  clients_.clear();
}

void HidSocket::watch(std::vector<pollfd>& polled) const {
  if (!socket_) return;
  polled.push_back({socket_->descriptor(), POLLIN, 0});
  for (const auto& client : clients_) {
    const int events = client.waiting.empty() ? POLLIN : POLLIN | POLLOUT;
    polled.push_back({client.socket.number(), static_cast<short>(events), 0});
  }
}

Result<std::vector<Report>> HidSocket::serve() {
  std::vector<Report> reports;
  if (!socket_) return reports;
  accept_clients();
  for (auto& client : clients_) {
    send(client);
    receive(client, reports);
  }
  clients_.erase(std::remove_if(clients_.begin(), clients_.end(),
                                [](const Client& client) { return client.gone; }),
                 clients_.end());
  return reports;
}

void HidSocket::accept_clients() {
  for (std::size_t i = 0; i < kMaxHidClients; ++i) {
    auto accepted = socket_->accept();
    if (!accepted) return;
    if (clients_.size() < kMaxHidClients) clients_.push_back({std::move(*accepted)});
  }
}

void HidSocket::receive(Client& client, std::vector<Report>& reports) {
  for (std::size_t i = 0; i < kMaxReportsAtOnce && !client.gone; ++i) {
    Report report{};
    const auto got =
        ::recv(client.socket.number(), report.data(), report.size(), MSG_DONTWAIT | MSG_TRUNC);
    if (got < 0 && try_again(errno)) return;
    client.gone = got != static_cast<ssize_t>(report.size());
    if (!client.gone) reports.push_back(report);
  }
}

void HidSocket::send(Client& client) {
  client.waiting.drain([&](const Report& report) {
    if (::send(client.socket.number(), report.data(), report.size(), MSG_DONTWAIT | MSG_NOSIGNAL) >=
        0) {
      return true;
    }
    // One who hears no more may still have said something: receive() finds its end.
    return !try_again(errno);
  });
}

void HidSocket::give(const Report& report) {
  for (auto& client : clients_) {
    client.waiting.push(report);
    send(client);
  }
}

}  // namespace latchkey::fido::sim
