// SPDX-License-Identifier: MIT
#include "host/login_check.hpp"

#include <fmt/format.h>
#include <chrono>

#include "core/ssh/known_hosts.hpp"
#include "core/ssh/public_key_line.hpp"
#include "host/text_file.hpp"

namespace latchkey::host {
namespace {

// The Pi waits 60 s for the verdict: two tries of a machine, or one with a touch.
constexpr Millis kDeadline{25'000};
constexpr Millis kTouchDeadline{50'000};
constexpr std::size_t kMaxLog = 4UL * 1024 * 1024;

void option(process::Command& command, const std::string& text) {
  command.arguments.emplace_back("-o");
  command.arguments.push_back(text);
}

/// Where ssh shall look for the host key, when not where it would by itself.
Attempt<std::string> own_known_hosts(const Login& login, const TemporaryFolder& folder) {
  if (!login.config.known_hosts.empty()) return login.config.known_hosts;
  const auto name = login.config.alias.empty() ? ssh::host_name(login.config.hostname, login.port)
                                               : ssh::host_name(login.config.alias);
  std::string lines;
  for (const auto& key : login.host_keys) {
    lines += ssh::compose_known_host(name.value_or(login.host), key) + "\n";
  }
  const auto file = folder.write("known_hosts", as_bytes(lines));
  if (!file) return give_up(Reason::local_file, file.error().message() + ".");
  return *file;
}

/// `alone`: without the configuration files, for which everything they said is spelled out.
Attempt<process::Command> command_for(const Login& login, const TemporaryFolder& folder,
                                      const std::string& log, bool alone) {
  auto identity = login.key.file;
  if (identity.empty()) {
    const auto line = ssh::format_public_key(login.key.key, {}) + "\n";
    const auto half = folder.write(alone ? "alone.pub" : "key.pub", as_bytes(line));
    if (!half) return give_up(Reason::local_file, half.error().message() + ".");
    identity = *half;
  }
  process::Command command;
  command.arguments = ssh_command(alone ? "none" : login.config_file);
  command.environment = {agent_variable(login.config.agent)};
  for (const auto* argument : {"-v", "-E", log.c_str(), "-n", "-T"}) {
    command.arguments.emplace_back(argument);
  }
  for (const auto* text :
       {"ControlPath=none", "PreferredAuthentications=publickey", "IdentitiesOnly=yes",
        "StrictHostKeyChecking=yes", "ConnectTimeout=10", "ClearAllForwardings=yes",
        "PermitLocalCommand=no", "RemoteCommand=none"}) {
    option(command, text);
  }
  if (alone) {
    option(command, "HostName=" + login.config.hostname);
    if (!login.config.alias.empty()) option(command, "HostKeyAlias=" + login.config.alias);
  }
  if (alone || login.config.known_hosts.empty()) {
    const auto known_hosts = own_known_hosts(login, folder);
    if (!known_hosts) return tl::make_unexpected(known_hosts.error());
    option(command, "UserKnownHostsFile=\"" + *known_hosts + "\"");
  }
  // Only what can ask gets the terminal; a file without passphrase has nothing to ask.
  command.on_terminal = login.interactive && login.key.asks();
  if (!command.on_terminal) option(command, "BatchMode=yes");
  // The second try follows a quick first one; should it not, the verdict still comes in time.
  command.deadline = login.key.on_security_key() && !alone ? kTouchDeadline : kDeadline;
  for (const auto& argument :
       {std::string("-i"), identity, std::string("-p"), std::to_string(login.port),
        std::string("-l"), login.account, std::string("--"), login.host, std::string("true")}) {
    command.arguments.push_back(argument);
  }
  return command;
}

Attempt<LoginLog> try_login(const Login& login, bool alone, process::Runner& runner) {
  auto folder = TemporaryFolder::make();
  if (!folder) return give_up(Reason::local_file, folder.error().message() + ".");
  const auto log_file = folder->path() + "/log";
  const auto command = command_for(login, *folder, log_file, alone);
  if (!command) return tl::make_unexpected(command.error());
  const auto finished = runner.run(*command);
  if (!finished && finished.error().is(Errc::not_found)) {
    return give_up(Reason::program_missing, "There is no ssh on this computer.",
                   "Install OpenSSH's client: sudo apt install openssh-client");
  }
  if (!finished && !finished.error().is(Errc::timed_out)) {
    return give_up(Reason::login_failed, "ssh: " + finished.error().message() + ".");
  }
  const auto log = read_file(log_file, kMaxLog);
  auto read = LoginLog::read(log ? as_text(*log) : std::string_view(), login.key.fingerprint);
  if (!finished && read.ending != LoginLog::Ending::ours) {
    // That sshd would take it is said before anybody is asked to touch anything.
    if (read.ending != LoginLog::Ending::cannot_sign) {
      read.ending = LoginLog::Ending::no_connection;
    } else if (login.key.on_security_key()) {
      read.ending = LoginLog::Ending::not_touched;
    }
    read.last_words =
        fmt::format("it took longer than {} seconds",
                    std::chrono::duration_cast<std::chrono::seconds>(command->deadline).count());
  }
  return read;
}

}  // namespace

Attempt<> check_login(const Login& login, process::Runner& runner) {
  auto log = try_login(login, false, runner);
  if (log && log->ending == LoginLog::Ending::another_key) log = try_login(login, true, runner);
  if (!log) return give_up(std::move(log));
  if (log->ending == LoginLog::Ending::ours) return {};
  return tl::make_unexpected(login_failure(*log, login));
}

Failure login_failure(const LoginLog& log, const Login& login) {
  using Ending = LoginLog::Ending;
  const auto said =
      log.last_words.empty() ? std::string(".") : fmt::format(" ({}).", log.last_words);
  const auto failed = [&](std::string_view why, std::string next) {
    return Failure{Reason::login_failed, fmt::format("The login failed: {}{}", why, said),
                   std::move(next)};
  };
  const auto add =
      login.key.file.empty() ? std::string("ssh-add FILE") : "ssh-add " + login.key.file;
  switch (log.ending) {
    case Ending::another_key:
      return {Reason::login_failed,
              fmt::format("The login worked, but with another key ({}), so this one is not proved.",
                          log.accepted),
              "Look into authorized_keys on the Pi."};
    case Ending::key_refused:
      return failed("sshd does not take the key",
                    "On the Pi, `journalctl -u ssh` says why: modes of the home or .ssh "
                    "(StrictModes), AllowUsers, or AuthorizedKeysFile.");
    case Ending::key_not_offered:
      return failed("ssh did not offer the key", "See whether ssh can read it: " + add);
    case Ending::cannot_sign:
      return failed("sshd takes the key, but nothing here signed with it",
                    "Load it into the agent again: " + add);
    case Ending::not_touched:
      return failed("the security key was not touched in time",
                    "Try again, and touch it while it blinks.");
    case Ending::wrong_passphrase:
      return failed("the passphrase was wrong", "Load the key into the agent first: " + add);
    case Ending::type_refused:
      return failed("this sshd refuses signatures of such a key",
                    "Choose another key with --key FILE, or allow it in PubkeyAcceptedAlgorithms.");
    case Ending::host_key_differs:
      return failed("ssh knows another host key for it",
                    "See where: ssh-keygen -F " + login.config.hostname);
    case Ending::connection_refused:
      return failed(fmt::format("sshd does not run on port {}", login.port),
                    "On the Pi: sudo systemctl enable --now ssh");
    case Ending::no_connection:
      return failed(fmt::format("port {} does not answer", login.port),
                    "See whether a firewall stands between this computer and the Pi.");
    default:
      return failed("ssh did not say why in words that latchkey knows",
                    fmt::format("Try it: ssh -v {}@{}", login.account, login.host));
  }
}

}  // namespace latchkey::host
