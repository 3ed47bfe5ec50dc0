// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include "host/commands.hpp"
#include "host/local_keys.hpp"
#include "host/report.hpp"
#include "host/ssh_config.hpp"

namespace latchkey::host {
namespace {

std::string_view where(const LocalKey& key) {
  if (key.file.empty()) return "in the agent only";
  if (key.in_agent) return key.encrypted ? "passphrase, in the agent" : "in the agent";
  return key.encrypted ? "passphrase" : "no passphrase";
}

}  // namespace

ExitCode keys(const KeysOptions& options, const Context& context) {
  const auto& terminal = context.terminal;
  // What ssh would use for a host that no block names.
  const auto config = SshConfig::of({{}, "latchkey.invalid", 0}, {}, context.home, context.runner);
  if (!config && config.error().reason != Reason::proxied) {
    terminal.failure(config.error());
    if (options.json) write_out(context.standard_output, to_json(config.error()));
    return exit_code_of(config.error().reason);
  }
  const auto found =
      LocalKeys::find(context.home, config ? config->identity_files : std::vector<std::string>{},
                      config ? config->agent : agent_socket("", context.home), context.runner);

  for (const auto& key : found.keys) {
    terminal.line(fmt::format(
        "{}  {}  ({}, {}, {})  {}", key.label(context.home), key.fingerprint, key.key.type_name(),
        key.on_security_key() ? "security key" : "software", where(key), key.comment));
  }
  for (const auto& file : found.unusable) {
    terminal.warn(fmt::format("{}: {}", context.home.shorten(file.file), file.why));
  }
  if (found.keys.empty()) {
    terminal.line("No SSH key here. Make one: latchkey keygen --software");
  }
  if (options.json) write_out(context.standard_output, to_json(found));
  return ExitCode::ok;
}

}  // namespace latchkey::host
