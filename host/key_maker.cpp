// SPDX-License-Identifier: MIT
#include "host/key_maker.hpp"

#include <sys/stat.h>
#include <cerrno>
#include <filesystem>

#include "host/printable.hpp"

namespace latchkey::host {
namespace {

constexpr mode_t kPrivateFolder = 0700;

bool exists(const std::string& path) {
  struct stat state {};
  return ::lstat(path.c_str(), &state) == 0 || errno != ENOENT;
}

}  // namespace

Attempt<KeyFile> make_software_key(const NewKey& wanted, process::Runner& runner) {
  const auto folder = std::filesystem::path(wanted.file).parent_path();
  if (!folder.empty() && ::mkdir(folder.c_str(), kPrivateFolder) != 0 && errno != EEXIST) {
    return give_up(Reason::local_file, folder.string() + " cannot be made: " +
                                           std::generic_category().message(errno) + ".");
  }
  for (const auto& half : {wanted.file, wanted.file + ".pub"}) {
    if (exists(half)) {
      return give_up(Reason::key_exists, half + " is there already, and is left as it is.",
                     "Name another file: latchkey keygen --software --file FILE");
    }
  }

  process::Command command;
  command.arguments = {"ssh-keygen", "-q", "-t", "ed25519", "-f", wanted.file};
  if (!wanted.comment.empty()) {
    command.arguments.emplace_back("-C");
    command.arguments.push_back(wanted.comment);
  }
  // An empty passphrase is no secret, so it may stand in the arguments.
  if (!wanted.passphrase) {
    command.arguments.emplace_back("-N");
    command.arguments.emplace_back("");
  }
  command.on_terminal = wanted.passphrase;
  const auto finished = runner.run(command);
  if (!finished) {
    if (finished.error().is(Errc::not_found)) {
      return give_up(Reason::program_missing, "There is no ssh-keygen on this computer.",
                     "Install OpenSSH's client: sudo apt install openssh-client");
    }
    return give_up(Reason::local_file, "ssh-keygen: " + finished.error().message() + ".");
  }
  if (finished->status != 0) {
    const auto words = one_line(finished->errors);
    return give_up(Reason::local_file,
                   "ssh-keygen made no key" + (words.empty() ? "." : ": " + words));
  }
  auto made = KeyFile::read(wanted.file);
  if (!made) {
    return give_up(Reason::local_file,
                   "ssh-keygen's new key cannot be read: " + made.error().message() + ".");
  }
  return std::move(*made);
}

}  // namespace latchkey::host
