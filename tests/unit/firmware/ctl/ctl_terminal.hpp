// SPDX-License-Identifier: MIT
#pragma once

#include <doctest/doctest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <cstring>
#include <fstream>
#include <functional>
#include <optional>
#include <thread>

#include "firmware/roles/ctl_messages.hpp"
#include "firmware/roles/role_channel.hpp"
#include "hal/descriptor.hpp"
#include "hal/process/linux/posix_runner.hpp"
#include "tests/unit/temp_folder.hpp"

/// The real latchkeyctl on a terminal, and a daemon for it that says what a test wants.
namespace latchkey::testing {

using roles::RoleChannel;
extern const char* const kLatchkeyctl;  ///< the program; whoever includes this knows where it is

using Replies = std::vector<roles::FromDaemon>;

/// A daemon for one client: hears its request, says its part, hangs up.
class FakeDaemon final {
 public:
  using Part = std::function<void(RoleChannel&)>;

  FakeDaemon(const std::string& path, Part part)
      : listener_(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.data(), path.size());
    REQUIRE(::bind(listener_.number(), reinterpret_cast<const sockaddr*>(&address),
                   sizeof address) == 0);
    REQUIRE(::listen(listener_.number(), 1) == 0);
    thread_ = std::thread([this, part = std::move(part)] {
      RoleChannel client(::accept4(listener_.number(), nullptr, nullptr, SOCK_CLOEXEC));
      if (client.descriptor() >= 0) part(client);
    });
  }
  ~FakeDaemon() {
    ::shutdown(listener_.number(), SHUT_RDWR);  // nobody may have come
    thread_.join();
  }
  FakeDaemon(const FakeDaemon&) = delete;
  FakeDaemon& operator=(const FakeDaemon&) = delete;
  FakeDaemon(FakeDaemon&&) = delete;
  FakeDaemon& operator=(FakeDaemon&&) = delete;

 private:
  hal::Descriptor listener_;
  std::thread thread_;
};

struct Terminal {
  test::TempFolder folder;
  std::string socket = folder.file("ctl.sock");
  std::optional<roles::ToDaemon> asked;
  std::string input;

  [[nodiscard]] process::Finished run(std::vector<std::string> arguments) const {
    process::Command command;
    command.arguments = {kLatchkeyctl, "--socket", socket};
    command.arguments.insert(command.arguments.end(), arguments.begin(), arguments.end());
    command.input = to_bytes(as_bytes(input));
    auto finished = process::PosixRunner().run(command);
    REQUIRE(finished);
    return *finished;
  }
  /// Against a daemon that answers so.
  process::Finished run(std::vector<std::string> arguments, const Replies& replies) {
    const FakeDaemon daemon(socket, [&](RoleChannel& client) {
      if (auto heard = client.receive<roles::ToDaemon>()) asked = *heard;
      for (const auto& reply : replies) (void)client.send(reply);
    });
    return run(std::move(arguments));
  }
  template <class Request>
  [[nodiscard]] Request asked_for() const {
    REQUIRE(asked);
    const auto* request = std::get_if<Request>(&*asked);
    REQUIRE(request != nullptr);
    return *request;
  }
  [[nodiscard]] std::string key_file(const std::string& text) const {
    std::ofstream(folder.file("key.pub")) << text;
    return folder.file("key.pub");
  }
};

}  // namespace latchkey::testing
