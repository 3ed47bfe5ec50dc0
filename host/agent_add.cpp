// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <utility>

#include "host/commands.hpp"
#include "host/key_report.hpp"
#include "host/own_keys.hpp"
#include "host/printable.hpp"
#include "host/report.hpp"
#include "host/ssh_add.hpp"

namespace latchkey::host {
namespace {

constexpr int kNoAgent = 2;  // ssh-add(1), EXIT STATUS

auto no_agent() {
  return give_up(Reason::agent_missing, "No SSH agent answers.",
                 "Start one, for this shell: eval \"$(ssh-agent)\"");
}

Failure refused(const LocalKey& key, const std::string& words) {
  const auto what =
      fmt::format("The agent does not take {}{}", key.file, words.empty() ? "." : ": " + words);
  if (!key.on_security_key()) {
    return {Reason::agent_refused, what, "Try it by hand: ssh-add " + key.file};
  }
  return {Reason::agent_refused, what,
          "Not every agent takes keys on a security key: ssh-agent does, where it may use the "
          "library that SecurityKeyProvider names (ssh-agent -P)."};
}

Attempt<LocalKey> add(const AgentOptions& options, const Context& context) {
  const auto own = OwnKeys::find(context);
  if (!own) return tl::make_unexpected(own.error());
  if (own->agent.empty() || !own->local.agent_answers) return no_agent();
  auto key = own->local.of_file(context.home.expand(options.key));
  if (!key || key->in_agent) return key;
  if (key->encrypted && !context.terminal.interactive()) {
    return give_up(Reason::needs_terminal,
                   fmt::format("{} has a passphrase, and there is no terminal to ask for it on.",
                               context.home.shorten(key->file)),
                   "Run the same command in a terminal.");
  }

  process::Command command;
  command.arguments = ssh_add_command(
      this_platform(), key->on_security_key() ? own->security_key_provider : "", key->file);
  command.environment = {agent_variable(own->agent)};
  command.on_terminal = key->encrypted;
  const auto finished = context.runner.run(command);
  if (!finished) {
    if (finished.error().is(Errc::not_found)) {
      return give_up(Reason::program_missing, "There is no ssh-add on this computer.",
                     "Install OpenSSH's client: sudo apt install openssh-client");
    }
    return give_up(Reason::agent_refused, "ssh-add: " + finished.error().message() + ".");
  }
  if (finished->status == kNoAgent) return no_agent();
  if (finished->status != 0) {
    return tl::make_unexpected(refused(*key, one_line(finished->errors)));
  }
  return key;
}

}  // namespace

ExitCode agent_add(const AgentOptions& options, const Context& context) {
  auto key = add(options, context);
  if (!key) {
    context.terminal.failure(key.error());
    if (options.json) write_out(context.standard_output, to_json(key.error()));
    return exit_code_of(key.error().reason);
  }
  const bool already = std::exchange(key->in_agent, true);
  context.terminal.done(fmt::format("{}: {}  {}", already ? "in the agent already" : "in the agent",
                                    key->label(context.home), key->fingerprint));
  if (options.json) write_out(context.standard_output, to_json(*key));
  return ExitCode::ok;
}

}  // namespace latchkey::host
