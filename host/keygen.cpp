// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include "core/ssh/fingerprint.hpp"
#include "host/commands.hpp"
#include "host/key_maker.hpp"
#include "host/report.hpp"

namespace latchkey::host {
namespace {

Attempt<LocalKey> make(const KeygenOptions& options, const Context& context) {
  if (!options.software) {
    return give_up(Reason::unsupported,
                   "This version of latchkey cannot make keys on a security key yet.",
                   "For a key in a file: latchkey keygen --software. For one on a security key: "
                   "ssh-keygen -t ed25519-sk; latchkey enrols it.");
  }
  if (options.passphrase && !context.terminal.interactive()) {
    return give_up(Reason::needs_terminal, "There is no terminal to ask for a passphrase on.",
                   "Make a key without one: --no-passphrase");
  }
  const auto file = options.file.empty() ? context.home.ssh_directory() + "/id_ed25519"
                                         : context.home.expand(options.file);
  const auto made = make_software_key({file, options.comment, options.passphrase}, context.runner);
  if (!made) return tl::make_unexpected(made.error());
  return LocalKey{made->key,       ssh::fingerprint(made->key.blob()).value_or("SHA256:?"),
                  made->comment,   file,
                  made->encrypted, false};
}

}  // namespace

ExitCode keygen(const KeygenOptions& options, const Context& context) {
  const auto key = make(options, context);
  if (!key) {
    context.terminal.failure(key.error());
    if (options.json) write_out(context.standard_output, to_json(key.error()));
    return exit_code_of(key.error().reason);
  }
  context.terminal.done(fmt::format("key made: {}  {}{}", context.home.shorten(key->file),
                                    key->fingerprint, key->encrypted ? "" : "  (no passphrase)"));
  if (options.json) write_out(context.standard_output, to_json(*key));
  return ExitCode::ok;
}

}  // namespace latchkey::host
