// SPDX-License-Identifier: MIT
#include "host/command_line.hpp"

#include <CLI/CLI.hpp>
#include <sstream>
#include <vector>

namespace latchkey::host {
namespace {

/// A flag that turns off what is on otherwise. (CLI11's own "!--flag" shows as "--flag{false}".)
void add_refusal(CLI::App& command, const char* name, bool& wanted, const char* help) {
  command.add_flag_callback(
      name, [&wanted] { wanted = false; }, help);
}

void add_device(CLI::App& command, std::string& device) {
  command.add_option("--device", device,
                     "The security key to use, by its path; otherwise the one that is plugged in, "
                     "of several the one that is touched");
}

void add_type(CLI::App& command, std::string& type, const std::string& of_what) {
  command
      .add_option("-t,--type", type,
                  of_what +
                      "ed25519 or ecdsa; otherwise ed25519, and ecdsa where the security key "
                      "knows no other")
      ->transform(
          CLI::CheckedTransformer(std::map<std::string, std::string>{{"ed25519", "ed25519"},
                                                                     {"ecdsa", "ecdsa"},
                                                                     {"ed25519-sk", "ed25519"},
                                                                     {"ecdsa-sk", "ecdsa"}})
              .description("TYPE"));
}

void add_answers(CLI::App& command, PairingOptions& options) {
  command.add_flag("-y,--yes", options.yes, "Answer yes to all but a changed host key");
  add_refusal(command, "--no-verify", options.verify, "Do not log in at the end");
  add_refusal(command, "--no-host-block", options.host_block, "Do not offer a Host block");
  command.add_flag("--replace-host-key", options.replace_host_key,
                   "Replace a different host key in known_hosts");
}

CLI::App* add_enroll(CLI::App& app, EnrollOptions& options) {
  auto* const command =
      app.add_subcommand("enroll", "Give this computer's SSH key to a Pi, and log in");
  command->footer(
      "Press the Pi's button first: its LED pulses, and for two minutes the Pi pairs. latchkey\n"
      "connects, the LED blinks a code, you type it, the key is written, the Pi's host key goes\n"
      "into known_hosts, and ssh logs in to prove it.\n\n"
      "Without an SSH key here, one is made on the security key that is plugged in here: one\n"
      "touch makes it and proves it. Without a security key here, plug one into the Pi.\n\n"
      "Where there is no terminal: --code answers the code, --yes the Host block; a failed login\n"
      "takes the key out again. A changed host key is replaced only by --replace-host-key.\n"
      "Exit codes: 0 enrolled, or there already; 1 the login failed; 64-78 as in sysexits(3), of\n"
      "them 69 no window open, 75 try again, 77 the Pi says no, 78 ssh's configuration.");
  command->add_option("pi", options.target, "The Pi: [user@]host[:port]; port of the pairing, 7822")
      ->required();
  command->add_option("-k,--key", options.key,
                      "The key to enrol, a private or public file; otherwise the agent's, then "
                      "~/.ssh's, ed25519 first; keys on security keys where the Pi prefers them");
  command->add_flag("--new", options.make_new,
                    "Make a new key on a security key here, whatever keys there are");
  command->add_flag("--on-pi", options.on_pi,
                    "Make it on a security key in the Pi: plug it in there, touch it there");
  command->add_flag("--existing", options.existing,
                    "With --on-pi: take the resident key that the security key holds already");
  command->add_flag("--software", options.software, "A key in a file; made if there is none");
  add_type(*command, options.type, "Of a new key on a security key: ");
  command->add_flag("--resident", options.resident, "Keep the new key on the security key as well");
  command->add_flag("--verify-required", options.verify_required,
                    "Let each use of the new key ask for a PIN or a finger");
  command->add_option("--application", options.application,
                      "Of the new key, \"ssh:\" and what you like; with --existing: of the one "
                      "there");
  command->add_option("--user", options.user,
                      "With --resident or --existing: names the resident key; the account "
                      "stands before the @");
  add_device(*command, options.device);
  command->add_option("-c,--code", options.code,
                      "Read the code from FILE, or with - from standard input, once the LED blinks "
                      "it (a line \"Code …\" is printed then)");
  command->add_option("--expires", options.expires,
                      "Let the key work until a date (2027-03-31) or for a time (12h, 90d, 4w)");
  command->add_option("--from", options.from,
                      "Let the key work from these addresses only (192.168.1.0/24,10.0.0.*)");
  command->add_flag("--restrict", options.restricted,
                    "Allow a terminal and nothing else: no forwarding");
  command->add_option("-F", options.config_file, "ssh's configuration file, handed on to ssh");
  add_answers(*command, options);
  command->add_flag("--json", options.json,
                    "Print one JSON object; all else goes to standard error");
  command->add_flag("-n,--dry-run", options.dry_run,
                    "Say what would be done; connect to nobody, change nothing");
  return command;
}

CLI::App* add_keygen(CLI::App& app, KeygenOptions& options) {
  auto* const command = app.add_subcommand("keygen", "Make an SSH key, on a security key");
  command->footer(
      "The key is made on the security key that is plugged in, after a touch; its file holds no\n"
      "secret, and is useless without the security key. No file is ever written over.");
  add_type(*command, options.type, "");
  command->add_flag(
      "--resident", options.resident,
      "Keep the key on the security key: any computer can bring it back with the PIN");
  command->add_flag("--verify-required", options.verify_required,
                    "Ask for the PIN or a finger at each use, not only for a touch");
  add_refusal(*command, "--no-touch-required", options.touch_required,
              "Let it sign without a touch; the Pis of latchkey refuse such a key");
  command->add_option("--application", options.application,
                      "What the key is for, starting with ssh: (ssh:pi); otherwise ssh:");
  command->add_option("--user", options.user, "Whose resident key it is, to tell several apart");
  command->add_flag("--overwrite", options.overwrite,
                    "Replace the resident key of this application and user");
  add_device(*command, options.device);
  command
      ->add_option_function<std::vector<std::string>>(
          "--write-attestation",
          [&options](const std::vector<std::string>& file) {
            options.attestation = file.empty() ? std::string() : file.front();
          },
          "Keep what its maker says of the security key: in FILE, otherwise beside the key")
      ->expected(0, 1);
  command->add_option("--challenge", options.challenge,
                      "What the attestation is made over, 16 to 256 bytes from a file; otherwise "
                      "random");
  auto* const passphrase =
      command->add_flag("--passphrase", options.passphrase,
                        "Put the file behind a passphrase, which ssh-keygen asks "
                        "for");
  command->add_flag("--software", options.software,
                    "An ed25519 key in a file, by ssh-keygen, without a security key");
  command->add_option("-f,--file", options.file,
                      "Where; otherwise ~/.ssh/id_ed25519_sk, id_ecdsa_sk, or id_ed25519 with "
                      "--software. Never over an existing file");
  command->add_option("-C,--comment", options.comment, "What to call it");
  command
      ->add_flag("--no-passphrase", options.no_passphrase,
                 "With --software: without the passphrase that ssh-keygen asks for otherwise")
      ->excludes(passphrase);
  command->add_flag("--json", options.json, "Print one JSON object");
  return command;
}

CLI::App* add_keys(CLI::App& app, KeysOptions& options) {
  auto* const command = app.add_subcommand(
      "keys", "List the SSH keys of this computer: files, agent, and security keys");
  command->add_flag("--resident", options.resident,
                    "List the SSH keys that are on a security key itself; asks for its PIN");
  command->add_option("--delete-resident", options.delete_resident,
                      "Delete the one with this FINGERPRINT from the security key");
  add_device(*command, options.device);
  command->add_flag("-y,--yes", options.yes, "Delete without asking");
  command->add_flag("--json", options.json, "Print one JSON object");
  return command;
}

CLI::App* add_adopt(CLI::App& app, AdoptOptions& options) {
  auto* const command =
      app.add_subcommand("adopt", "Bring keys here that were made on a security key elsewhere");
  command->add_option(
      "pi", options.target,
      "The Pi that a key was made in: [user@]host[:port]; port of the pairing, 7822");
  command->add_flag("--resident", options.resident,
                    "From the security key itself, without a Pi; asks for its PIN");
  command->add_option("-c,--code", options.code,
                      "Read the code from FILE, or with - from standard input, once the LED blinks "
                      "it");
  command->add_option("-F", options.config_file, "ssh's configuration file, handed on to ssh");
  add_answers(*command, options);
  add_device(*command, options.device);
  command->add_flag("--json", options.json, "Print one JSON object");
  return command;
}

CLI::App* add_agent(CLI::App& app, AgentOptions& options) {
  auto* const command = app.add_subcommand("agent", "Work with the SSH agent");
  command->require_subcommand(1);
  auto* const add = command->add_subcommand("add", "Give a key to the agent, by ssh-add");
  add->add_option("key", options.key, "The key, a private or public file")->required();
  add->add_flag("--json", options.json, "Print one JSON object");
  return command;
}

}  // namespace

Request parse_command_line(int argc, const char* const* argv, const std::string& version) {
  CLI::App app("Press the Pi's button, type the code its LED blinks, and you are logged in.",
               "latchkey");
  app.set_version_flag("--version", "latchkey " + version);
  app.require_subcommand(1);
  app.footer("`latchkey COMMAND --help` says more.");
  EnrollOptions enroll_options;
  KeygenOptions keygen_options;
  KeysOptions keys_options;
  AdoptOptions adopt_options;
  AgentOptions agent_options;
  const auto* const enroll = add_enroll(app, enroll_options);
  const auto* const keygen = add_keygen(app, keygen_options);
  const auto* const keys = add_keys(app, keys_options);
  const auto* const adopt = add_adopt(app, adopt_options);
  add_agent(app, agent_options);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    std::ostringstream output;
    std::ostringstream errors;
    if (app.exit(error, output, errors) == 0) return TextWanted{output.str()};
    return UsageError{errors.str()};
  }
  if (enroll->parsed()) return enroll_options;
  if (keygen->parsed()) return keygen_options;
  if (keys->parsed()) return keys_options;
  if (adopt->parsed()) return adopt_options;
  return agent_options;
}

}  // namespace latchkey::host
