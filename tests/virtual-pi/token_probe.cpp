// SPDX-License-Identifier: MIT
// The monitor's end of one latchkey-token, for usb_hotplug_test.py:
//
//     token_probe LATCHKEY-TOKEN
//
// Has it watch for real keys, orders a credential on whatever arrives, and prints each message at
// once as "SECONDS WORD [NAME OR TEXT]", on CLOCK_MONOTONIC as udevadm monitor does; first "SECONDS
// pid PID". Ends with its standard input.
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>
#include <array>
#include <chrono>
#include <string>

#include "firmware/roles/token_messages.hpp"
#include "tests/unit/firmware/support/role_process.hpp"

using namespace latchkey;

namespace {

void print(const std::string& text) {
  const std::chrono::duration<double> now = std::chrono::steady_clock::now().time_since_epoch();
  const auto line = fmt::format("{:.6f} {}\n", now.count(), text);
  if (::write(STDOUT_FILENO, line.data(), line.size()) < 0) ::_exit(1);
}

std::string words_for(const roles::FromToken& message) {
  if (const auto* arrived = std::get_if<roles::KeyArrived>(&message)) {
    return "arrived " + arrived->name.str();
  }
  if (const auto* failed = std::get_if<roles::TokenFailed>(&message)) {
    return "failed " + failed->text.str();
  }
  if (std::holds_alternative<roles::SecondKey>(message)) return "second";
  if (std::holds_alternative<roles::KeyLeft>(message)) return "left";
  if (std::holds_alternative<roles::TouchWanted>(message)) return "touch";
  if (std::holds_alternative<roles::KeyMade>(message)) return "made";
  return "other";
}

bool order(roles::RoleChannel& token) {
  roles::MakeKey wanted;
  wanted.unattended = 1;
  return wanted.application.assign("ssh:") && token.send(roles::ToToken(wanted)).has_value();
}

bool serve(roles::RoleChannel& token) {
  std::array<pollfd, 2> polled{{{STDIN_FILENO, POLLIN, 0}, {token.descriptor(), POLLIN, 0}}};
  while (true) {
    if (::poll(polled.data(), polled.size(), -1) < 0) return false;
    if (polled[0].revents != 0) return true;
    const auto message = token.receive<roles::FromToken>();
    if (!message) return false;
    print(words_for(*message));
    if (std::holds_alternative<roles::KeyArrived>(*message) && !order(token)) return false;
  }
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) return 2;
  testing::RoleProcess token({arguments[1], {}, {}});
  print("pid " + std::to_string(token.pid()));
  if (!token.channel().send(roles::ToToken(roles::WatchKeys{}))) return 1;
  return serve(token.channel()) ? 0 : 1;
}
