// SPDX-License-Identifier: MIT
#include "host/aftermath.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <utility>

#include "core/ssh/fingerprint.hpp"
#include "host/host_block.hpp"
#include "host/text_file.hpp"

namespace latchkey::host {

Attempt<HostKeys> settle_host_keys(const Context& context, const PairingOptions& options,
                                   const Destination& destination,
                                   const channel::Welcome& welcome) {
  auto file = KnownHostsFile::of(destination.config, destination.ssh_port_for(welcome));
  if (!file) return give_up(std::move(file));
  HostKeys settled{std::move(*file), {}, options.replace_host_key};
  for (const auto& blob : welcome.host_keys) {
    auto key = ssh::PublicKey::parse(blob);
    // A kind that we do not know is one that ssh here would not know either.
    const bool usable =
        key && key->type() != ssh::KeyType::unknown && key->type() != ssh::KeyType::certificate;
    if (usable) settled.keys.push_back(std::move(*key));
  }
  if (settled.keys.empty()) {
    return give_up(Reason::pi_fault, "The Pi named no host key of its sshd that ssh knows.",
                   "On the Pi: sudo ssh-keygen -A");
  }

  const auto comparison = settled.file.compare(settled.keys);
  if (!comparison) return tl::make_unexpected(comparison.error());
  if (comparison->different.empty() || settled.replace) return settled;
  auto changed = host_key_changed(settled.file, comparison->different);
  const bool fixed =
      std::ranges::any_of(comparison->different, &KnownHostsFile::OldKey::by_pattern);
  if (fixed || !context.terminal.interactive()) return tl::make_unexpected(std::move(changed));
  context.terminal.warn(changed.what);
  for (const auto& key : settled.keys) {
    context.terminal.warn(fmt::format("the Pi whose code you read has {} {}", key.type_name(),
                                      ssh::fingerprint(key.blob()).value_or("")));
  }
  auto replace = context.terminal.confirm("Replace the old key?", false, "--replace-host-key");
  if (!replace) return give_up(std::move(replace));
  if (!*replace) return tl::make_unexpected(std::move(changed));
  settled.replace = true;
  return settled;
}

Attempt<> pin_host_keys(const Context& context, const HostKeys& host_keys, EnrollReport& report) {
  for (const auto& key : host_keys.keys) {
    report.host_keys.push_back(ssh::fingerprint(key.blob()).value_or(key.type_name()));
  }
  if (host_keys.file.path().empty()) {
    report.known_hosts = "off";
    context.terminal.line("Host key not pinned: ssh's configuration has no known_hosts for it.");
    return {};
  }
  const auto pinned = host_keys.file.pin(host_keys.keys, host_keys.replace, context.random);
  if (!pinned) return tl::make_unexpected(pinned.error());
  const auto& first = report.host_keys.front();
  switch (*pinned) {
    case KnownHostsFile::Pinned::already:
      report.known_hosts = "already";
      context.terminal.done(fmt::format("host key known already: {}", first));
      break;
    case KnownHostsFile::Pinned::added:
      report.known_hosts = "added";
      context.terminal.done(fmt::format("host key pinned: {}", first));
      break;
    case KnownHostsFile::Pinned::replaced:
      report.known_hosts = "replaced";
      context.terminal.done(fmt::format("host key replaced: {}", first));
  }
  return {};
}

Failure take_out(const Context& context, PiConnection& pi, EnrollReport& report, Failure failure) {
  if (report.result == "already-there") {
    failure.next += " The key was there before, and stays.";
    return failure;
  }
  const auto outcome = pi.verdict({false});
  if (outcome && outcome->code == channel::ResultCode::taken_out) {
    report.result = "taken-out";
    context.terminal.done("key taken out of the Pi again");
  } else {
    failure.next +=
        " The key could not be taken out; take its line out of the Pi's authorized_keys by hand";
  }
  return failure;
}

Attempt<> judge(const Context& context, const PairingOptions& options, const Login& login,
                PiConnection& pi, EnrollReport& report) {
  const auto& terminal = context.terminal;
  if (login.key.on_security_key()) terminal.touch("Touch your security key to log in.");
  auto checked = check_login(login, context.runner);
  if (checked) {
    report.login = "ok";
    terminal.done(fmt::format("logged in with this key:  {}", report.command));
    // The login is what was asked for; a Pi that no longer listens changes nothing about it.
    (void)pi.verdict({true});
    return {};
  }

  report.login = "failed";
  auto failure = std::move(checked.error());
  bool take_it_out = true;
  if (terminal.interactive() && !options.yes && report.result != "already-there") {
    terminal.warn(failure.what);
    const auto answer = terminal.confirm("Take the key out of the Pi again?", true, "--yes");
    take_it_out = answer.value_or(false);
  }
  if (!take_it_out) {
    failure.next += " The key stays on the Pi.";
    return tl::make_unexpected(std::move(failure));
  }
  return tl::make_unexpected(take_out(context, pi, report, std::move(failure)));
}

std::string ssh_line(const Login& login) {
  std::string line = "ssh";
  if (!login.config_file.empty()) line += " -F " + login.config_file;
  if (login.port != login.config.port) line += fmt::format(" -p {}", login.port);
  const auto& files = login.config.identity_files;
  const bool found = login.key.in_agent || login.key.file.empty() ||
                     std::ranges::find(files, login.key.file) != files.end();
  if (!found) line += " -i " + login.key.file;
  return fmt::format("{} {}@{}", line, login.account, login.host);
}

void offer_host_block(const Context& context, const PairingOptions& options,
                      const Destination& destination, const Login& login, EnrollReport& report) {
  const auto& terminal = context.terminal;
  if (!options.host_block || (!terminal.interactive() && !options.yes)) return;
  // The name was an alias already: somebody has written a block for it.
  if (destination.config.hostname != destination.target.host) return;
  const auto alias =
      alias_for(destination.target.host, destination.target.is_address(), report.device);
  if (alias.empty()) return;
  const auto file =
      options.config_file.empty() ? context.home.ssh_directory() + "/config" : options.config_file;
  const auto old = read_file(file, 1024UL * 1024);
  if (!old && !old.error().is(Errc::not_found)) return;
  if (old && names_host(*old, alias)) return;
  // And what the file includes.
  const auto by_alias = SshConfig::of({{}, alias, destination.target.port}, options.config_file,
                                      context.home, context.runner);
  if (!by_alias || by_alias->hostname != alias) return;

  if (!options.yes) {
    const auto answer =
        terminal.confirm(fmt::format("Add “Host {}” to {}, so that `ssh {}` is enough?", alias,
                                     context.home.shorten(file), alias),
                         true, "--yes or --no-host-block");
    if (!answer || !*answer) return;
  }
  const HostBlock block{alias, destination.config.hostname, login.port, login.account,
                        login.key.file};
  const auto written = update_file(file, [&](const Bytes& bytes) -> Result<Bytes> {
    return names_host(bytes, alias) ? bytes : insert_block(bytes, block);
  });
  if (!written) {
    terminal.warn(fmt::format("the Host block was not written: {}", written.error().message()));
    return;
  }
  report.host_block = alias;
  report.command =
      options.config_file.empty() ? "ssh " + alias : "ssh -F " + options.config_file + " " + alias;
  terminal.done(
      fmt::format("Host {} added to {}:  {}", alias, context.home.shorten(file), report.command));
}

}  // namespace latchkey::host
