// SPDX-License-Identifier: MIT
#include "host/sk_key_file.hpp"

#include <fmt/format.h>
#include <utility>

#include "core/ssh/fingerprint.hpp"
#include "core/ssh/public_key_line.hpp"
#include "host/interrupt.hpp"
#include "host/new_files.hpp"
#include "host/stored_attestation.hpp"
#include "host/text_file.hpp"

namespace latchkey::host {
namespace {

constexpr unsigned kPrivate = 0600;
constexpr unsigned kPublic = 0644;
constexpr std::size_t kMaxKeyFile = 64UL * 1024;
constexpr int kMaxNames = 1000;

struct Paths {
  std::string key;
  std::string half;
  std::string attestation;  ///< both empty: nothing is kept
  std::string challenge;
};

Paths paths_of(const std::string& file, const std::optional<std::string>& attestation) {
  Paths paths{file, file + ".pub", {}, {}};
  if (!attestation) return paths;
  paths.attestation = attestation->empty() ? attestation_file_of(file) : *attestation;
  paths.challenge = challenge_file_of(attestation->empty() ? file : *attestation);
  return paths;
}

/// The private file behind a passphrase that ssh-keygen asks for; as it was, where none is given.
std::string behind_passphrase(const std::string& text, const ssh::PublicKey& key,
                              process::Runner& runner) {
  const auto folder = TemporaryFolder::make();
  const auto file = folder ? folder->write("key", as_bytes(text)) : fail(Errc::not_found);
  if (!file) return text;
  process::Command command;
  command.arguments = {"ssh-keygen", "-q", "-p", "-f", *file};
  command.on_terminal = true;
  const auto finished = runner.run(command);
  if (!finished || finished->status != 0) return text;
  const auto bytes = read_file(*file, kMaxKeyFile);
  const auto info = bytes ? ssh::read_private_file(as_text(*bytes)) : fail(Errc::not_found);
  if (!info || !(info->public_key == key)) return text;
  return std::string(as_text(*bytes));
}

Bytes attestation_bytes(const attest::Attestation& attestation) {
  return attest::write_sk_attest_file(
      {attestation.chain.empty() ? Bytes{} : attestation.chain.front(), attestation.signature,
       attestation.authenticator_data});
}

tl::unexpected<Failure> not_saved(const SkKeyFile& wanted, const Error& error) {
  const bool resident = (wanted.key.flags & ssh::sk_flag::kResident) != 0;
  return give_up(
      error.is(Errc::already_exists) ? Reason::key_exists : Reason::local_file,
      fmt::format("The file of the key could not be saved, and nothing of it was: {}.",
                  error.message()),
      resident ? "The key itself is on the security key. Mend what stands in the way, then bring "
                 "its file here: latchkey adopt --resident"
               : "Without its file the key is of no use, and it takes no room on the security key. "
                 "Mend what stands in the way, then make another.");
}

}  // namespace

Attempt<> check_free(const std::string& file, const std::optional<std::string>& attestation) {
  const auto paths = paths_of(file, attestation);
  const bool named = attestation && !attestation->empty();
  for (const auto& path : {paths.key, paths.half, paths.attestation, paths.challenge}) {
    if (path.empty() || !is_taken(path)) continue;
    return give_up(Reason::key_exists, path + " is there already, and is left as it is.",
                   named && (path == paths.attestation || path == paths.challenge)
                       ? "Name another file with --write-attestation FILE."
                       : "Name another file with --file FILE.");
  }
  return {};
}

std::string free_key_file(const std::string& file) {
  const auto free = [](const std::string& name) {
    return !is_taken(name) && !is_taken(name + ".pub") && !is_taken(attestation_file_of(name)) &&
           !is_taken(challenge_file_of(name));
  };
  auto name = file;
  for (int number = 2; !free(name) && number < kMaxNames; ++number) {
    name = fmt::format("{}_{}", file, number);
  }
  return name;
}

Attempt<LocalKey> save_sk_key(const SkKeyFile& wanted, const Context& context) {
  const auto paths =
      paths_of(wanted.file, wanted.record ? std::optional(wanted.attestation_file) : std::nullopt);
  auto text = ssh::write_sk_private_file(wanted.key, context.random);
  if (!text) return give_up(Reason::internal, text.error().message() + ".");
  if (wanted.record && wanted.record->challenge.empty()) {
    return give_up(Reason::internal, "An attestation without its challenge cannot be kept.");
  }
  if (wanted.passphrase) {
    context.terminal.line("ssh-keygen asks for the passphrase of the file.");
    text = behind_passphrase(*text, wanted.key.public_key, context.runner);
  }
  const auto info = ssh::read_private_file(*text);
  const bool encrypted = info && info->is_encrypted();
  if (wanted.passphrase && !encrypted) {
    context.terminal.warn(
        fmt::format("No passphrase was given: the file has none. To set one: ssh-keygen -p -f {}",
                    context.home.shorten(wanted.file)));
  }

  const auto half = ssh::format_public_key(wanted.key.public_key, wanted.key.comment) + "\n";
  NewFiles files;
  auto added = files.add(paths.key, as_bytes(*text), kPrivate);
  if (added) added = files.add(paths.half, as_bytes(half), kPublic);
  if (added && wanted.record) {
    added = files.add(paths.attestation, attestation_bytes(wanted.record->attestation), kPrivate);
    if (added) added = files.add(paths.challenge, wanted.record->challenge, kPrivate);
  }
  if (!added) return not_saved(wanted, added.error());
  if (auto there = files.appear(); !there) return not_saved(wanted, there.error());
  return LocalKey{wanted.key.public_key,
                  ssh::fingerprint(wanted.key.public_key.blob()).value_or("SHA256:?"),
                  wanted.key.comment,
                  wanted.file,
                  encrypted,
                  false};
}

}  // namespace latchkey::host
