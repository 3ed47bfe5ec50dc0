// SPDX-License-Identifier: MIT
#include "tests/unit/hal/fido/middleware/key_server.hpp"

#include <doctest/doctest.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>

namespace latchkey::test {
using namespace fido;
using namespace fido::sim;

KeyServer::KeyServer(const std::string& folder, Model made)
    : bench_(std::move(made)), listener_(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0)) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = folder + "/hid.sock";
  REQUIRE(path.size() < sizeof address.sun_path);
  std::copy(path.begin(), path.end(), address.sun_path);
  REQUIRE(::bind(listener_.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) ==
          0);
  REQUIRE(::listen(listener_.number(), 4) == 0);
  thread_ = std::thread([this] { serve(); });
}

KeyServer::~KeyServer() {
  ::shutdown(listener_.number(), SHUT_RDWR);  // ends accept()
  thread_.join();
}

void KeyServer::serve() {
  for (;;) {
    const hal::Descriptor client(::accept4(listener_.number(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!client.open()) return;
    set_client(client.number());
    converse(client.number());
    set_client(-1);
  }
}

void KeyServer::set_client(int client) {
  const std::scoped_lock lock(mutex_);
  client_ = client;
}

void KeyServer::hang_up() {
  const std::scoped_lock lock(mutex_);
  ::shutdown(client_, SHUT_RDWR);
}

void KeyServer::converse(int client) {
  Report report{};
  while (::recv(client, report.data(), report.size(), 0) == static_cast<ssize_t>(report.size())) {
    const std::scoped_lock lock(mutex_);
    auto& key = bench_.key();
    key.take(report, bench_.now());
    for (;;) {
      if (const auto answer = key.give()) {
        if (::send(client, answer->data(), answer->size(), MSG_NOSIGNAL) < 0) return;
      } else if (key.waiting_for() != nullptr) {
        bench_.pass(key.wakes_at().value_or(bench_.now()) - bench_.now());
      } else {
        break;
      }
    }
  }
}

}  // namespace latchkey::test
