// SPDX-License-Identifier: MIT
#include "host/local_keys.hpp"

#include <sys/stat.h>
#include <algorithm>
#include <filesystem>
#include <set>
#include <utility>

#include "core/ssh/fingerprint.hpp"
#include "core/ssh/public_key_line.hpp"
#include "core/ssh/text_lines.hpp"
#include "host/key_file.hpp"
#include "host/text_file.hpp"

namespace latchkey::host {
namespace {

constexpr std::size_t kMaxFiles = 1000;  // a ~/.ssh with more is no folder of keys
constexpr std::size_t kMaxProbe = 256UL * 1024;

std::string fingerprint_of(const ssh::PublicKey& key) {
  return ssh::fingerprint(key.blob()).value_or("SHA256:?");
}

void add(std::vector<LocalKey>& keys, LocalKey key) {
  const auto known = std::ranges::find(keys, key.key, &LocalKey::key);
  if (known == keys.end()) {
    keys.push_back(std::move(key));
  } else if (known->file.empty()) {
    known->file = std::move(key.file);
    known->encrypted = key.encrypted;
    if (known->comment.empty()) known->comment = std::move(key.comment);
  }
}

bool ask_agent(const std::string& socket, process::Runner& runner, std::vector<LocalKey>& keys) {
  if (socket.empty()) return false;
  process::Command command;
  command.arguments = {"ssh-add", "-L"};
  command.environment = {agent_variable(socket)};
  const auto finished = runner.run(command);
  // 1 means that it answers and is empty.
  if (!finished || (finished->status != 0 && finished->status != 1)) return false;
  if (finished->status == 1) return true;
  for (const auto line : ssh::split_lines(finished->output)) {
    auto parsed = ssh::PublicKeyLine::parse(line);
    if (!parsed || parsed->key.type() == ssh::KeyType::certificate) continue;
    LocalKey key{parsed->key, fingerprint_of(parsed->key), parsed->comment, {}, false, true};
    add(keys, std::move(key));
  }
  return true;
}

/// ~/.ssh by name, then what ssh_config names elsewhere.
std::set<std::string> candidate_files(const Home& home,
                                      const std::vector<std::string>& identity_files) {
  std::set<std::string> files;
  std::error_code none;
  std::filesystem::directory_iterator at(home.ssh_directory(), none);
  for (; !none && at != std::filesystem::directory_iterator() && files.size() < kMaxFiles;
       at.increment(none)) {
    std::error_code gone;
    if (at->is_regular_file(gone)) files.insert(at->path().string());
  }
  for (const auto& file : identity_files) {
    struct stat state {};
    if (::stat(file.c_str(), &state) == 0 && S_ISREG(state.st_mode)) files.insert(file);
  }
  return files;
}

int preference(ssh::KeyType type) noexcept {
  switch (type) {
    case ssh::KeyType::ed25519: return 0;
    case ssh::KeyType::sk_ed25519: return 1;
    case ssh::KeyType::sk_ecdsa_p256: return 2;
    case ssh::KeyType::ecdsa_p256:
    case ssh::KeyType::ecdsa_p384:
    case ssh::KeyType::ecdsa_p521: return 3;
    default: return 4;
  }
}

auto bad_file(const std::string& file, const std::string& why) {
  return give_up(Reason::bad_key_file, file + " cannot be used as a key: " + why + ".",
                 "`latchkey keys` lists the keys that can.");
}

}  // namespace

std::string LocalKey::label(const Home& home) const {
  if (!file.empty()) return home.shorten(file);
  return (comment.empty() ? std::string("key") : comment) + " (agent)";
}

std::string agent_variable(const std::string& socket) { return "SSH_AUTH_SOCK=" + socket; }

LocalKeys LocalKeys::find(const Home& home, const std::vector<std::string>& identity_files,
                          const std::string& agent_socket, process::Runner& runner) {
  LocalKeys found;
  found.agent_answers = ask_agent(agent_socket, runner, found.keys);
  for (const auto& path : candidate_files(home, identity_files)) {
    const auto bytes = read_file(path, kMaxProbe);
    if (!bytes) {
      // A folder of keys holds other things too: known_hosts may be as large as it likes.
      if (bytes.error().is(Errc::too_large)) continue;
      found.unusable.push_back({path, bytes.error().code.message()});
      continue;
    }
    if (!KeyFile::looks_like_one(as_text(*bytes))) continue;
    auto file = KeyFile::read(path);
    if (!file) {
      found.unusable.push_back({path, file.error().message()});
      continue;
    }
    add(found.keys,
        {file->key, fingerprint_of(file->key), file->comment, path, file->encrypted, false});
  }
  return found;
}

Attempt<LocalKey> LocalKeys::of_file(const std::string& file) const {
  const auto bytes = read_file(file, kMaxProbe);
  if (!bytes) {
    if (bytes.error().is(Errc::not_found)) {
      return give_up(Reason::no_such_file, "There is no " + file + ".",
                     "`latchkey keys` lists the keys of this computer.");
    }
    return bad_file(file, bytes.error().code.message());
  }
  if (KeyFile::looks_like_one(as_text(*bytes))) {
    auto read = KeyFile::read(file);
    if (!read) return bad_file(file, read.error().message());
    LocalKey key{read->key, fingerprint_of(read->key), read->comment, file, read->encrypted, false};
    const auto known = std::ranges::find(keys, key.key, &LocalKey::key);
    key.in_agent = known != keys.end() && known->in_agent;
    return key;
  }

  const auto line = ssh::PublicKeyLine::parse(as_text(*bytes));
  if (!line) return bad_file(file, "it is neither a private key nor a public one");
  const auto known = std::ranges::find(keys, line->key, &LocalKey::key);
  if (known != keys.end()) return *known;
  if (file.ends_with(".pub")) {
    const auto half = file.substr(0, file.size() - 4);
    if (const auto read = KeyFile::read(half); read && read->key == line->key) {
      return LocalKey{read->key, fingerprint_of(read->key), line->comment,
                      half,      read->encrypted,           false};
    }
  }
  return bad_file(file, "its private half is neither beside it nor in the agent");
}

std::vector<LocalKey> LocalKeys::ranked() const {
  std::vector<LocalKey> usable;
  std::ranges::copy_if(keys, std::back_inserter(usable), [](const LocalKey& key) {
    return ssh::check_strength(key.key).has_value();
  });
  std::ranges::stable_sort(usable, {}, [](const LocalKey& key) {
    return std::pair(key.in_agent ? 0 : 1, preference(key.key.type()));
  });
  return usable;
}

}  // namespace latchkey::host
