// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "firmware/ctl/commands.hpp"
#include "firmware/ctl/daemon_connection.hpp"
#include "firmware/ctl/request.hpp"

namespace latchkey::ctl {
namespace {

void print_json(const roles::StatusReply& status) {
  nlohmann::ordered_json json;
  json["device"] = status.device.view();
  json["phase"] = status.phase.view();
  json["led"] = status.led.view();
  json["port"] = status.port;
  json["security_key"] = status.security_key.view();
  json["account"] = status.account.view();
  json["seconds_left"] = status.seconds_left;
  json["failed_windows"] = status.failed_windows;
  json["last_ending"] = status.last_ending.view();
  json["log_position"] = status.log_position;
  fmt::print("{}\n", json.dump(-1, ' ', true, nlohmann::ordered_json::error_handler_t::replace));
}

void print_text(const roles::StatusReply& status) {
  const auto left =
      status.seconds_left > 0 ? fmt::format(", {} s left", status.seconds_left) : std::string();
  fmt::print("Device   {}\n", shown(status.device.view()));
  fmt::print("Window   {}{}\n", shown(status.phase.view()), left);
  fmt::print("LED      {}\n", shown(status.led.view()));
  fmt::print("Network  {}\n", status.port > 0 ? fmt::format("listening on port {}", status.port)
                                              : std::string("nothing listens"));
  if (!status.security_key.view().empty()) {
    fmt::print("Key      {} is plugged in\n", shown(status.security_key.view()));
  }
  fmt::print("Account  {}\n", status.account.view().empty()
                                  ? std::string("none: see `accounts` in latchkey.toml")
                                  : shown(status.account.view()));
  if (!status.last_ending.view().empty())
    fmt::print("Last     {}\n", shown(status.last_ending.view()));
  if (status.failed_windows > 0) {
    fmt::print("Failed   {} window{}\n", status.failed_windows,
               status.failed_windows == 1 ? "" : "s");
  }
}

}  // namespace

int run_status(const std::string& socket_path, bool json) {
  auto connection = request(socket_path, roles::StatusRequest{});
  if (!connection) return report(connection.error(), socket_path);
  const auto reply = connection->receive<roles::FromDaemon>();
  if (!reply) return report(reply.error(), socket_path);
  const auto* status = std::get_if<roles::StatusReply>(&*reply);
  if (status == nullptr) return report_refusal(*reply);
  if (json) {
    print_json(*status);
  } else {
    print_text(*status);
  }
  return kOk;
}

}  // namespace latchkey::ctl
