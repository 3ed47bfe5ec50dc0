// SPDX-License-Identifier: MIT
#include "host/report.hpp"

#include <unistd.h>
#include <cerrno>
#include <nlohmann/json.hpp>

namespace latchkey::host {
namespace {

using Json = nlohmann::ordered_json;

// Text from files and agents need not be UTF-8; what is not is replaced, never thrown about.
std::string line_of(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

void put(Json& json, const char* name, const std::string& text) {
  if (!text.empty()) json[name] = text;
}

Json fields_of(const EnrollReport& report, bool ok) {
  Json json;
  json["ok"] = ok;
  if (report.dry_run) json["dry_run"] = true;
  put(json, "result", report.result);
  put(json, "host", report.host);
  if (report.pairing_port != 0) json["pairing_port"] = report.pairing_port;
  put(json, "device", report.device);
  put(json, "model", report.model);
  put(json, "account", report.account);
  put(json, "key_file", report.key_file);
  put(json, "key_type", report.key_type);
  put(json, "fingerprint", report.fingerprint);
  put(json, "proved", report.proved);
  put(json, "hardware", report.hardware);
  put(json, "path", report.path);
  if (!report.host_keys.empty()) json["host_keys"] = report.host_keys;
  put(json, "known_hosts", report.known_hosts);
  put(json, "login", report.login);
  put(json, "host_block", report.host_block);
  put(json, "command", report.command);
  if (report.log_position != 0) json["log_position"] = report.log_position;
  put(json, "log_hash", report.log_hash);
  return json;
}

void add_failure(Json& json, const Failure& failure) {
  json["error"] = name_of(failure.reason);
  json["message"] = failure.what;
  put(json, "next", failure.next);
  if (failure.reason == Reason::code_wrong) json["tries_left"] = failure.tries_left;
  json["exit"] = static_cast<int>(exit_code_of(failure.reason));
}

}  // namespace

std::string to_json(const EnrollReport& report) { return line_of(fields_of(report, true)); }

std::string to_json(const EnrollReport& report, const Failure& failure) {
  auto json = fields_of(report, false);
  add_failure(json, failure);
  return line_of(json);
}

std::string to_json(const Failure& failure) {
  Json json;
  json["ok"] = false;
  add_failure(json, failure);
  return line_of(json);
}

void write_out(int descriptor, const std::string& text) {
  std::string_view rest = text;
  while (!rest.empty()) {
    const auto wrote = ::write(descriptor, rest.data(), rest.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) return;
    rest.remove_prefix(static_cast<std::size_t>(wrote));
  }
}

}  // namespace latchkey::host
