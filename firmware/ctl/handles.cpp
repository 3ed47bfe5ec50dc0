// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "core/utc_time.hpp"
#include "firmware/ctl/commands.hpp"
#include "firmware/ctl/request.hpp"

namespace latchkey::ctl {
namespace {

constexpr std::int64_t kYear9999 = 253'370'764'800;

std::string time_of(std::int64_t made) {
  if (made < 0 || made > kYear9999) return "?";
  return utc_text(WallTime(std::chrono::seconds(made)));
}

void print_json(const std::vector<roles::HandleLine>& lines) {
  auto json = nlohmann::ordered_json::array();
  for (const auto& line : lines) {
    nlohmann::ordered_json entry;
    entry["account"] = line.account.view();
    entry["fingerprint"] = line.fingerprint.view();
    entry["key_type"] = line.key_type.view();
    entry["comment"] = line.comment.view();
    entry["made"] = time_of(line.made);
    entry["size"] = line.size;
    json.push_back(std::move(entry));
  }
  fmt::print("{}\n", json.dump(-1, ' ', true, nlohmann::ordered_json::error_handler_t::replace));
}

void print_text(const std::vector<roles::HandleLine>& lines) {
  if (lines.empty()) fmt::print("No handle is kept.\n");
  for (const auto& line : lines) {
    fmt::print("{}  {}\n  for {}, made {}, {} bytes: {}\n", shown(line.fingerprint.view()),
               shown(line.key_type.view()), shown(line.account.view()), time_of(line.made),
               line.size, shown(line.comment.view()));
  }
}

}  // namespace

int run_handles(const std::string& socket_path, bool json) {
  auto connection = request(socket_path, roles::ListHandles{});
  if (!connection) return report(connection.error(), socket_path);
  std::vector<roles::HandleLine> lines;
  while (true) {
    const auto reply = connection->receive<roles::FromDaemon>();
    if (!reply) return report(reply.error(), socket_path);
    if (std::holds_alternative<roles::HandlesReply>(*reply)) break;
    const auto* line = std::get_if<roles::HandleLine>(&*reply);
    if (line == nullptr) return report_refusal(*reply);
    lines.push_back(*line);
  }
  if (json) {
    print_json(lines);
  } else {
    print_text(lines);
  }
  return kOk;
}

int run_drop_handles(const std::string& socket_path,
                     const std::optional<std::string>& fingerprint) {
  roles::DropHandles drop;
  // An empty one would mean all.
  if (fingerprint && (fingerprint->empty() || !drop.fingerprint.assign(*fingerprint))) {
    fmt::print(stderr,
               "latchkeyctl: that is no fingerprint.\n"
               "Give one such as `SHA256:…`, as `latchkeyctl handles` prints it.\n");
    return kBadInput;
  }
  auto connection = request(socket_path, drop);
  if (!connection) return report(connection.error(), socket_path);
  const auto reply = connection->receive<roles::FromDaemon>();
  if (!reply) return report(reply.error(), socket_path);
  const auto* done = std::get_if<roles::HandlesReply>(&*reply);
  if (done == nullptr) return report_refusal(*reply);
  fmt::print("{} handle{} forgotten, {} kept.\n", done->dropped, done->dropped == 1 ? "" : "s",
             done->count);
  return kOk;
}

}  // namespace latchkey::ctl
