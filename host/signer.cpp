// SPDX-License-Identifier: MIT
#include "host/signer.hpp"

#include "core/ssh/public_key_line.hpp"
#include "core/ssh/sshsig.hpp"
#include "host/printable.hpp"
#include "host/text_file.hpp"

namespace latchkey::host {
namespace {

constexpr std::size_t kMaxSignature = 64UL * 1024;
constexpr Millis kTouch{60'000};  // longer than any security key waits

Failure explain(const LocalKey& key, const std::string& errors) {
  const auto words = one_line(errors);
  if (key.in_agent) {
    return {Reason::agent_refused,
            "The agent holds the key and refuses to sign with it" +
                (words.empty() ? "." : ": " + words),
            key.file.empty() ? "Unlock or confirm it in the agent, or name a file with --key FILE."
                             : "Load it again: ssh-add " + key.file};
  }
  return {Reason::cannot_sign, key.file + " did not sign" + (words.empty() ? "." : ": " + words),
          (key.on_security_key() ? "Plug in the security key of " + key.file
                                 : "Try it with ssh-keygen -y -f " + key.file) +
              ", or choose another key with --key FILE."};
}

Failure local_fault(const Error& error) {
  if (error.is(Errc::not_found)) {
    return {Reason::program_missing, "There is no ssh-keygen on this computer.",
            "Install OpenSSH's client: sudo apt install openssh-client"};
  }
  return {Reason::cannot_sign, "Signing failed: " + error.message() + ".", {}};
}

}  // namespace

Attempt<std::string> Signer::run(const LocalKey& key, const std::string& name_space,
                                 ByteView statement) const {
  auto folder = TemporaryFolder::make();
  if (!folder) return tl::make_unexpected(local_fault(folder.error()));
  auto file = key.file;
  if (key.in_agent || file.empty()) {
    // With only the public half in sight, ssh-keygen can but ask the agent.
    const auto line = ssh::format_public_key(key.key, {}) + "\n";
    auto half = folder->write("key.pub", as_bytes(line));
    if (!half) return tl::make_unexpected(local_fault(half.error()));
    file = std::move(*half);
  }

  process::Command command;
  command.arguments = {"ssh-keygen", "-q", "-Y", "sign", "-f", file, "-n", name_space};
  command.environment = {agent_variable(key.in_agent ? agent_ : std::string())};
  if (!provider_.empty()) command.environment.push_back("SSH_SK_PROVIDER=" + provider_);
  if (!key.asks() || !interactive_) {
    if (key.on_security_key()) command.deadline = kTouch;
    command.input = to_bytes(statement);
    auto finished = runner_.run(command);
    if (!finished) return tl::make_unexpected(local_fault(finished.error()));
    if (finished->status != 0) return tl::make_unexpected(explain(key, finished->errors));
    return std::move(finished->output);
  }

  // ssh-keygen asks only while its input is the terminal, so the statement comes from a file.
  const auto message = folder->write("statement", statement);
  if (!message) return tl::make_unexpected(local_fault(message.error()));
  command.arguments.push_back(*message);
  command.on_terminal = true;
  const auto finished = runner_.run(command);
  if (!finished) return tl::make_unexpected(local_fault(finished.error()));
  if (finished->status != 0) return tl::make_unexpected(explain(key, {}));
  const auto signature = read_file(*message + ".sig", kMaxSignature);
  if (!signature) return tl::make_unexpected(local_fault(signature.error()));
  return std::string(as_text(*signature));
}

Attempt<Bytes> Signer::sign(const LocalKey& key, const std::string& name_space,
                            ByteView statement) const {
  // A touch needs no terminal. A PIN does: ssh-keygen says so by itself, and tries none.
  if (key.encrypted && !key.in_agent && !interactive_) {
    return give_up(
        Reason::needs_terminal,
        key.label(Home{}) + " has a passphrase, and there is no terminal to ask on.",
        "Load it into the agent first (ssh-add), or choose another key with --key FILE.");
  }
  auto armored = run(key, name_space, statement);
  if (!armored) return give_up(std::move(armored));
  auto blob = ssh::dearmor(*armored);
  const auto signature = blob ? ssh::Sshsig::parse(*blob) : fail(Errc::malformed);
  if (!signature || !(signature->public_key == key.key) || signature->name_space != name_space) {
    return give_up(Reason::cannot_sign,
                   "ssh-keygen signed with another key than " + key.fingerprint + ".",
                   "See whether the .pub beside the private file belongs to it.");
  }
  return std::move(*blob);
}

}  // namespace latchkey::host
