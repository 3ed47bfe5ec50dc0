// SPDX-License-Identifier: MIT
#include "firmware/keyfile/sshd_settings.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <algorithm>
#include <charconv>

#include "firmware/keyfile/glob.hpp"
#include "firmware/keyfile/target_path.hpp"
#include "firmware/keyfile/throwaway_key.hpp"

namespace latchkey::keyfile {
namespace {

constexpr std::size_t kMaxDump = 256UL * 1024;
constexpr std::size_t kMaxValues = 1024;  ///< of any one setting
constexpr const char* kRuntimeFolder = "/run/sshd";

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (!text.empty() && parts.size() < kMaxValues) {
    const auto part = text.substr(0, text.find(separator));
    text.remove_prefix(std::min(part.size() + 1, text.size()));
    if (!part.empty()) parts.emplace_back(part);
  }
  return parts;
}

void append(std::vector<std::string>& all, std::vector<std::string> more) {
  for (auto& value : more) {
    if (all.size() < kMaxValues) all.push_back(std::move(value));
  }
}

template <class Number>
Result<Number> to_number(std::string_view text) {
  Number number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) {
    return fail(Errc::malformed, "reading what sshd -T printed");
  }
  return number;
}

/// What may stand in -C: sshd splits it at commas.
bool can_be_asked(const std::string& value) {
  constexpr std::size_t kMax = 255;
  return !value.empty() && value.size() <= kMax &&
         std::all_of(value.begin(), value.end(),
                     [](char c) { return c > ' ' && c < '\x7f' && c != ','; });
}

Step<std::string> expand(const std::string& pattern, const SshdAccount& account) {
  std::string path;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] != '%') {
      path += pattern[i];
      continue;
    }
    ++i;
    switch (i < pattern.size() ? pattern[i] : '\0') {
      case '%': path += '%'; break;
      case 'h': path += account.home; break;
      case 'u': path += account.name; break;
      case 'U': path += std::to_string(account.user); break;
      default:
        return refuse(Reason::path_refused,
                      "sshd's AuthorizedKeysFile " + pattern + " has an unknown % in it");
    }
  }
  if (!path.starts_with('/')) path = account.home + "/" + path;
  return path;
}

/// The user part of USER or USER@HOST, and whether a host is asked for.
std::pair<std::string, bool> user_part(const std::string& pattern) {
  const auto at = pattern.rfind('@');
  if (at == std::string::npos) return {pattern, false};
  return {pattern.substr(0, at), true};
}

}  // namespace

Result<SshdSettings> SshdSettings::parse(std::string_view dump) {
  if (dump.size() > kMaxDump) return fail(Errc::too_large, "reading what sshd -T printed");
  SshdSettings settings;
  while (!dump.empty()) {
    const auto line = dump.substr(0, dump.find('\n'));
    dump.remove_prefix(std::min(line.size() + 1, dump.size()));
    const auto space = std::min(line.find(' '), line.size());
    const auto value = line.substr(std::min(space + 1, line.size()));
    if (auto taken = settings.take(line.substr(0, space), value); !taken) {
      return fail(std::move(taken));
    }
  }
  if (settings.key_file_patterns_.empty() || settings.algorithms_.empty()) {
    return fail(Errc::truncated, "reading what sshd -T printed");
  }
  return settings;
}

Result<void> SshdSettings::take(std::string_view name, std::string_view value) {
  if (name == "authorizedkeysfile") append(key_file_patterns_, split(value, ' '));
  if (name == "pubkeyacceptedalgorithms") append(algorithms_, split(value, ','));
  if (name == "authenticationmethods") append(methods_, split(value, ' '));
  if (name == "allowusers") append(allow_users_, split(value, ' '));
  if (name == "denyusers") append(deny_users_, split(value, ' '));
  if (name == "allowgroups") append(allow_groups_, split(value, ' '));
  if (name == "denygroups") append(deny_groups_, split(value, ' '));
  if (name == "hostkey") append(host_keys_, {std::string(value)});
  if (name == "permitrootlogin") root_login_ = value;
  if (name == "strictmodes") strict_modes_ = value != "no";
  if (name == "pubkeyauthentication") public_keys_ = value != "no";
  if (name == "requiredrsasize") {
    auto bits = to_number<unsigned>(value);
    if (!bits) return fail(std::move(bits));
    rsa_bits_ = *bits;
  }
  if (name == "port" && ports_.size() < kMaxValues) {
    auto port = to_number<std::uint16_t>(value);
    if (!port) return fail(std::move(port));
    ports_.push_back(*port);
  }
  return {};
}

Result<SshdSettings> SshdSettings::ask(process::Runner& runner, const SshdProgram& program,
                                       const SshdLogin& login) {
  for (const auto* value : {&login.user, &login.host, &login.address, &login.local_address}) {
    if (!can_be_asked(*value)) return fail(Errc::malformed, "asking sshd about \"" + *value + "\"");
  }
  process::Command command;
  command.arguments = program.command;
  command.arguments.insert(
      command.arguments.end(),
      {"-T", "-C",
       fmt::format("user={},host={},addr={},laddr={},lport={}", login.user, login.host,
                   login.address, login.local_address, login.local_port)});
  if (!program.config.empty()) {
    command.arguments.insert(command.arguments.end(), {"-f", program.config});
  }
  std::optional<ThrowawayKey> throwaway;
  auto host_key = program.host_key;
  if (host_key.empty() && ::geteuid() != 0) {
    auto made = ThrowawayKey::make(runner);
    if (!made) return fail(std::move(made));
    throwaway.emplace(std::move(*made));
    host_key = throwaway->path();
  }
  if (!host_key.empty()) {
    command.arguments.insert(command.arguments.end(), {"-h", host_key});
  }

  auto finished = runner.run(command);
  if (finished && finished->status != 0 && ::geteuid() == 0 &&
      finished->errors.find(std::string("Missing privilege separation directory: ") +
                            kRuntimeFolder) != std::string::npos) {
    // sshd's own service makes it at its start: while sshd is stopped it is missing.
    constexpr mode_t kMode = 0755;
    if (::mkdir(kRuntimeFolder, kMode) == 0) finished = runner.run(command);
  }
  if (!finished) return fail(std::move(finished));
  if (finished->status != 0) {
    constexpr std::size_t kEnough = 256;
    return fail(Errc::outside,
                "asking sshd for its settings (" + finished->errors.substr(0, kEnough) + ")");
  }
  return parse(finished->output);
}

bool SshdSettings::accepts(std::string_view key_type) const {
  const auto has = [&](std::string_view name) {
    return std::find(algorithms_.begin(), algorithms_.end(), name) != algorithms_.end();
  };
  if (key_type != "ssh-rsa") return has(key_type);
  return has("ssh-rsa") || has("rsa-sha2-256") || has("rsa-sha2-512");
}

Step<KeyFilePaths> SshdSettings::key_files(const SshdAccount& account) const {
  if (key_file_patterns_ == std::vector<std::string>{"none"}) {
    return refuse(Reason::path_refused,
                  "sshd takes no keys from files (AuthorizedKeysFile none in sshd_config)");
  }
  std::vector<std::string> below;
  std::optional<Refusal> first_refusal;
  for (const auto& pattern : key_file_patterns_) {
    auto checked = [&]() -> Step<std::string> {
      // Since OpenSSH 10 sshd reads every file that matches.
      if (pattern.find_first_of("*?[{") != std::string::npos) {
        return refuse(Reason::path_refused,
                      "sshd's AuthorizedKeysFile " + pattern + " is a pattern, not a file");
      }
      auto path = expand(pattern, account);
      if (!path) return path;
      if (auto names = names_below(account.home, *path); !names) {
        return tl::make_unexpected(std::move(names).error());
      }
      return path;
    }();
    if (checked) {
      below.push_back(std::move(*checked));
    } else if (!first_refusal) {
      first_refusal = std::move(checked).error();
    }
  }
  if (below.empty()) return tl::make_unexpected(first_refusal.value_or(Refusal{}));
  KeyFilePaths paths;
  paths.path = below.front();
  const auto last = std::min(below.size(), KeyFilePaths::kMaxOthers + 1);
  paths.others.assign(below.begin() + 1, below.begin() + static_cast<std::ptrdiff_t>(last));
  return paths;
}

std::optional<std::string> SshdSettings::excludes(const SshdAccount& account) const {
  if (!public_keys_) return "sshd takes no keys at all (PubkeyAuthentication no)";
  const auto key_is_enough = [](const std::string& method) {
    return method == "any" || method == "publickey";
  };
  if (!methods_.empty() && std::none_of(methods_.begin(), methods_.end(), key_is_enough)) {
    return "to sshd a key alone is not enough (AuthenticationMethods)";
  }
  if (account.user == 0 && (root_login_ == "no" || root_login_ == "forced-commands-only")) {
    return "sshd does not let root log in (PermitRootLogin " + root_login_ + ")";
  }

  const auto denied = [&](const std::string& pattern) {
    const auto [user, with_host] = user_part(pattern);
    return !with_host && glob_matches(user, account.name);
  };
  const auto allowed = [&](const std::string& pattern) {
    return glob_matches(user_part(pattern).first, account.name);
  };
  const auto has_group = [&](const std::string& pattern) {
    return std::any_of(account.groups.begin(), account.groups.end(),
                       [&](const auto& group) { return glob_matches(pattern, group); });
  };
  const auto any = [](const auto& patterns, const auto& test) {
    return std::any_of(patterns.begin(), patterns.end(), test);
  };
  if (any(deny_users_, denied)) return "sshd refuses " + account.name + " (DenyUsers)";
  if (!allow_users_.empty() && !any(allow_users_, allowed)) {
    return "sshd does not let " + account.name + " in (AllowUsers)";
  }
  if (any(deny_groups_, has_group)) {
    return "sshd refuses a group of " + account.name + " (DenyGroups)";
  }
  if (!allow_groups_.empty() && !any(allow_groups_, has_group)) {
    return "sshd lets in no group of " + account.name + " (AllowGroups)";
  }
  return std::nullopt;
}

}  // namespace latchkey::keyfile
