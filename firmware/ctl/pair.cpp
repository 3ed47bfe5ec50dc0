// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <cstdio>

#include "firmware/ctl/commands.hpp"
#include "firmware/ctl/request.hpp"

namespace latchkey::ctl {
namespace {

/// "2 4 1 5 3 3 1 2": as the LED groups it.
std::string spaced(std::string_view digits) {
  std::string text;
  for (const char digit : digits) {
    if (!text.empty()) text += ' ';
    text += digit;
  }
  return text;
}

/// `code`: the last one that was printed.
void print(const roles::PairProgress& progress, std::string& code) {
  if (const auto digits = shown(progress.digits.view()); !digits.empty() && digits != code) {
    fmt::print("Code: {}\n", spaced(digits));
    code = digits;
  }
  if (!progress.text.view().empty()) fmt::print("{}\n", shown(progress.text.view()));
  std::fflush(stdout);
}

}  // namespace

int run_pair(const std::string& socket_path) {
  auto connection = request(socket_path, roles::PairRequest{});
  if (!connection) return report(connection.error(), socket_path);
  std::string code;
  while (true) {
    const auto reply = connection->receive<roles::FromDaemon>();
    if (!reply) return report(reply.error(), socket_path);
    const auto* progress = std::get_if<roles::PairProgress>(&*reply);
    if (progress == nullptr) return report_refusal(*reply);
    print(*progress, code);
    if (progress->finished != 0) return progress->enrolled != 0 ? kOk : kRefused;
  }
}

}  // namespace latchkey::ctl
