// SPDX-License-Identifier: MIT
#include "firmware/ctl/request.hpp"

#include <fmt/format.h>
#include <cstdio>

#include "core/text.hpp"
#include "firmware/ctl/commands.hpp"
#include "firmware/ctl/daemon_connection.hpp"

namespace latchkey::ctl {

Result<roles::RoleChannel> request(const std::string& socket_path, const roles::ToDaemon& message) {
  auto connection = connect_to_daemon(socket_path);
  if (!connection) return connection;
  auto sent = connection->send(message);
  // A daemon that hangs up before it was asked has said why.
  if (!sent && !sent.error().is(Errc::closed)) return fail(std::move(sent));
  return connection;
}

std::string shown(std::string_view text) { return make_printable(text, text.size()); }

int report(const Error& error, const std::string& socket_path) {
  fmt::print(stderr, "latchkeyctl: {}\n", explain(error, socket_path));
  return kUnavailable;
}

int report_refusal(const roles::FromDaemon& reply) {
  if (const auto* refused = std::get_if<roles::RequestRefused>(&reply)) {
    fmt::print(stderr, "latchkeyctl: {}\n", shown(refused->text.view()));
    return kRefused;
  }
  fmt::print(stderr,
             "latchkeyctl: the daemon gave an answer that does not fit the question.\n"
             "Are both from the same version?\n");
  return kUnavailable;
}

}  // namespace latchkey::ctl
