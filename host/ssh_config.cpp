// SPDX-License-Identifier: MIT
#include "host/ssh_config.hpp"

#include <unistd.h>
#include <charconv>
#include <cstdlib>

#include "core/ssh/text_lines.hpp"
#include "host/printable.hpp"

namespace latchkey::host {
namespace {

std::string environment(const char* name) {
  const char* const value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): one thread
  return value == nullptr ? std::string() : std::string(value);
}

/// ssh prints several paths with blanks between them and quotes none: the first prefix that
/// is a file, else the first word.
std::string first_path(std::string_view list) {
  for (auto end = list.find(' '); end != std::string_view::npos; end = list.find(' ', end + 1)) {
    std::string path(list.substr(0, end));
    if (::access(path.c_str(), F_OK) == 0) return path;
  }
  if (::access(std::string(list).c_str(), F_OK) == 0) return std::string(list);
  return std::string(list.substr(0, list.find(' ')));
}

/// Percent tokens that ssh -G leaves in IdentityFile; the ones people use.
std::string fill_in(std::string_view value, const SshConfig& config, const Home& home) {
  std::string filled;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const char token = i + 1 < value.size() ? value[i + 1] : '\0';
    if (value[i] != '%' || token == '\0') {
      filled += value[i];
      continue;
    }
    ++i;
    switch (token) {
      case '%': filled += '%'; break;
      case 'd': filled += home.path; break;
      case 'h': filled += config.hostname; break;
      case 'r': filled += config.user; break;
      case 'u': filled += home.user; break;
      default: filled += {'%', token};
    }
  }
  return home.expand(filled);
}

/// SecurityKeyProvider: ssh -G leaves $VARIABLE as it stands.
std::string provider_of(std::string_view value, const Home& home) {
  const auto named = value.starts_with('$') ? environment(std::string(value.substr(1)).c_str())
                                            : home.expand(value);
  return named == "internal" ? std::string() : named;
}

}  // namespace

std::string agent_socket(std::string_view value, const Home& home) {
  if (value == "none") return {};
  if (value.empty() || value == "SSH_AUTH_SOCK") return environment("SSH_AUTH_SOCK");
  if (value.starts_with('$')) {
    auto name = value.substr(1);
    if (name.starts_with('{') && name.ends_with('}')) name = name.substr(1, name.size() - 2);
    return environment(std::string(name).c_str());
  }
  return home.expand(value);
}

std::vector<std::string> ssh_command(const std::string& file) {
  if (file.empty()) return {"ssh"};
  return {"ssh", "-F", file};
}

Attempt<SshConfig> SshConfig::of(const Target& target, const std::string& file, const Home& home,
                                 process::Runner& runner) {
  process::Command command;
  command.arguments = ssh_command(file);
  command.arguments.emplace_back("-G");
  if (!target.user.empty()) {
    command.arguments.emplace_back("-l");
    command.arguments.push_back(target.user);
  }
  command.arguments.emplace_back("--");
  command.arguments.push_back(target.host);
  const auto finished = runner.run(command);
  if (!finished) {
    if (finished.error().is(Errc::not_found)) {
      return give_up(Reason::program_missing, "There is no ssh on this computer.",
                     "Install OpenSSH's client: sudo apt install openssh-client");
    }
    return give_up(Reason::bad_ssh_config, "ssh could not be asked for its configuration: " +
                                               finished.error().message() + ".");
  }
  if (finished->status != 0) {
    return give_up(Reason::bad_ssh_config,
                   "ssh does not accept its configuration: " + one_line(finished->errors),
                   "Mend the file that it names, then try again.");
  }
  return parse(finished->output, target, home);
}

Attempt<SshConfig> SshConfig::parse(std::string_view text, const Target& target, const Home& home) {
  SshConfig config;
  config.hostname = target.host;
  std::string agent;
  std::vector<std::string> identities;
  std::string proxy;
  for (auto line : ssh::split_lines(text)) {
    while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
    const auto space = line.find(' ');
    if (space == std::string_view::npos) continue;
    const auto name = line.substr(0, space);
    const auto value = line.substr(space + 1);
    if (name == "hostname") config.hostname = value;
    if (name == "hostkeyalias" && value != "none") config.alias = value;
    if (name == "user") config.user = value;
    if (name == "identityfile" && value != "none") identities.emplace_back(value);
    if (name == "userknownhostsfile" && value != "none") {
      config.known_hosts = home.expand(first_path(value));
    }
    if (name == "hashknownhosts") config.hash_known_hosts = value == "yes";
    if (name == "identityagent") agent = value;
    if (name == "securitykeyprovider") config.security_key_provider = provider_of(value, home);
    if ((name == "proxyjump" || name == "proxycommand") && value != "none") proxy = line;
    if (name == "port") {
      const auto* const end = value.data() + value.size();
      const auto [stop, error] = std::from_chars(value.data(), end, config.port);
      if (error != std::errc{} || stop != end || config.port == 0) {
        return give_up(Reason::bad_ssh_config, "ssh names a port that is none: " + one_line(value));
      }
    }
  }
  if (!proxy.empty()) {
    return give_up(
        Reason::proxied,
        "ssh reaches " + target.host + " through another machine (" + one_line(proxy) +
            "), and latchkey pairs only with a Pi that it reaches itself.",
        "Run latchkey on a computer in the Pi's own network, or give the Pi's address there: "
        "latchkey enroll user@ADDRESS");
  }
  for (const auto& identity : identities) {
    config.identity_files.push_back(fill_in(identity, config, home));
  }
  config.agent = agent_socket(agent, home);
  return config;
}

}  // namespace latchkey::host
