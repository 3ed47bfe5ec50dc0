// SPDX-License-Identifier: MIT
#include "host/known_hosts_file.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <optional>

#include "core/ssh/fingerprint.hpp"
#include "core/ssh/known_hosts.hpp"
#include "host/text_file.hpp"

namespace latchkey::host {
namespace {

using Marker = ssh::KnownHostLine::Marker;

bool contains(const std::vector<ssh::PublicKey>& keys, const ssh::PublicKey& key) {
  return std::ranges::find(keys, key) != keys.end();
}

Failure file_failure(const std::string& path, const Error& error) {
  return {Reason::local_file, error.message() + ".",
          "See whether you may write " + path + ", then try again."};
}

}  // namespace

Attempt<KnownHostsFile> KnownHostsFile::of(const SshConfig& config, std::uint16_t port) {
  // ssh looks an alias up without a port.
  const auto name =
      config.alias.empty() ? ssh::host_name(config.hostname, port) : ssh::host_name(config.alias);
  if (!name) {
    return give_up(Reason::bad_ssh_config,
                   "ssh's configuration calls the host by a name that known_hosts cannot hold: " +
                       (config.alias.empty() ? config.hostname : config.alias) + ".");
  }
  return KnownHostsFile(config.known_hosts, *name, config.hash_known_hosts);
}

Attempt<KnownHostsFile::Comparison> KnownHostsFile::compare_bytes(
    ByteView file, const std::vector<ssh::PublicKey>& host_keys) const {
  const auto known = ssh::KnownHosts::parse(file);
  if (!known) return tl::make_unexpected(file_failure(path_, known.error()));
  Comparison comparison{host_keys, {}};
  std::vector<OldKey> others;
  bool agrees = false;
  const auto& lines = known->lines();
  for (const auto* line : known->find(name_)) {
    if (line->marker == Marker::revoked && contains(host_keys, *line->key)) {
      return give_up(Reason::host_key_revoked,
                     path_ + " says that this Pi's host key is revoked: " +
                         ssh::fingerprint(line->key->blob()).value_or(line->key->type_name()) + ".",
                     "Give the Pi new host keys, or take the @revoked line out if it is wrong.");
    }
    if (line->marker != Marker::none) continue;
    if (contains(host_keys, *line->key)) {
      std::erase(comparison.missing, *line->key);
      agrees = true;
      continue;
    }
    const bool type_now_differs = std::ranges::any_of(
        host_keys, [&](const auto& key) { return key.type_name() == line->key->type_name(); });
    const bool by_pattern =
        !line->is_hashed() && line->hosts.find_first_of("*?") != std::string::npos;
    const OldKey old{static_cast<std::size_t>(line - lines.data()) + 1, line->key->type_name(),
                     ssh::fingerprint(line->key->blob()).value_or("SHA256:?"), by_pattern};
    (type_now_differs ? comparison.different : others).push_back(old);
  }
  if (!agrees) {
    comparison.different.insert(comparison.different.end(), others.begin(), others.end());
  }
  return comparison;
}

Attempt<KnownHostsFile::Comparison> KnownHostsFile::compare(
    const std::vector<ssh::PublicKey>& host_keys) const {
  if (path_.empty()) return Comparison{};
  const auto bytes = read_file(path_, ssh::kMaxTextFile);
  if (!bytes && !bytes.error().is(Errc::not_found)) {
    return tl::make_unexpected(file_failure(path_, bytes.error()));
  }
  return compare_bytes(bytes ? ByteView(*bytes) : ByteView(), host_keys);
}

Result<Bytes> KnownHostsFile::with(Bytes file, const std::vector<ssh::PublicKey>& keys,
                                   crypto::Random& random) const {
  for (const auto& key : keys) {
    auto line = hashed_ ? ssh::compose_hashed_host(name_, key, random)
                        : Result<std::string>(ssh::compose_known_host(name_, key));
    if (!line) return fail(std::move(line));
    file = ssh::append_line(file, *line);
  }
  return file;
}

Attempt<KnownHostsFile::Pinned> KnownHostsFile::pin(const std::vector<ssh::PublicKey>& host_keys,
                                                    bool replace, crypto::Random& random) const {
  auto pinned = Pinned::already;
  if (path_.empty()) return pinned;
  std::optional<Failure> failure;
  const auto updated = update_file(path_, [&](const Bytes& old) -> Result<Bytes> {
    auto comparison = compare_bytes(old, host_keys);
    if (!comparison) {
      failure = std::move(comparison.error());
      return old;
    }
    const bool fixed = std::ranges::any_of(comparison->different, &OldKey::by_pattern);
    if (!comparison->different.empty() && (!replace || fixed)) {
      failure = host_key_changed(*this, comparison->different);
      return old;
    }
    if (comparison->different.empty()) {
      pinned = comparison->missing.empty() ? Pinned::already : Pinned::added;
      return with(old, comparison->missing, random);
    }
    const auto known = ssh::KnownHosts::parse(old);
    if (!known) return tl::make_unexpected(known.error());
    pinned = Pinned::replaced;
    return with(known->without(name_).bytes, host_keys, random);
  });
  if (failure) return tl::make_unexpected(std::move(*failure));
  if (!updated) return tl::make_unexpected(file_failure(path_, updated.error()));
  return pinned;
}

Failure host_key_changed(const KnownHostsFile& file,
                         const std::vector<KnownHostsFile::OldKey>& different) {
  std::string list;
  for (const auto& old : different) {
    list += fmt::format("{}{} {} (line {})", list.empty() ? "" : ", ", old.type, old.fingerprint,
                        old.line);
  }
  Failure failure{
      Reason::host_key_changed,
      fmt::format("{} holds another host key for {}: {}.", file.path(), file.name(), list),
      {}};
  const auto fixed = std::ranges::find(different, true, &KnownHostsFile::OldKey::by_pattern);
  failure.next = fixed != different.end()
                     ? fmt::format(
                           "Line {} holds for more hosts than this one: edit it yourself, then try "
                           "again.",
                           fixed->line)
                     : std::string(
                           "If the Pi was set up anew or another now has its name, replace the old "
                           "key: --replace-host-key");
  return failure;
}

}  // namespace latchkey::host
