// SPDX-License-Identifier: MIT
#include "host/command_line.hpp"

#include <CLI/CLI.hpp>
#include <sstream>

namespace latchkey::host {
namespace {

/// A flag that turns off what is on otherwise. (CLI11's own "!--flag" shows as "--flag{false}".)
void add_refusal(CLI::App& command, const char* name, bool& wanted, const char* help) {
  command.add_flag_callback(
      name, [&wanted] { wanted = false; }, help);
}

CLI::App* add_enroll(CLI::App& app, EnrollOptions& options) {
  auto* const command =
      app.add_subcommand("enroll", "Give this computer's SSH key to a Pi, and log in");
  command->footer(
      "Press the Pi's button first: its LED pulses, and for two minutes the Pi pairs. latchkey\n"
      "connects, the LED blinks a code, you type it, the key is written, the Pi's host key goes\n"
      "into known_hosts, and ssh logs in to prove it.\n\n"
      "Where there is no terminal: --code answers the code, --yes the Host block; a failed login\n"
      "takes the key out again. A changed host key is replaced only by --replace-host-key.\n"
      "Exit codes: 0 enrolled, or there already; 1 the login failed; 64-78 as in sysexits(3), of\n"
      "them 69 no window open, 75 try again, 77 the Pi says no, 78 ssh's configuration.");
  command->add_option("pi", options.target, "The Pi: [user@]host[:port]; port of the pairing, 7822")
      ->required();
  command->add_option("-k,--key", options.key,
                      "The key to enrol, a private or public file; otherwise the agent's, then "
                      "~/.ssh's, ed25519 first");
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
  command->add_flag("-y,--yes", options.yes, "Answer yes to all but a changed host key");
  add_refusal(*command, "--no-verify", options.verify, "Do not log in at the end");
  add_refusal(*command, "--no-host-block", options.host_block, "Do not offer a Host block");
  command->add_flag("--replace-host-key", options.replace_host_key,
                    "Replace a different host key in known_hosts");
  command->add_flag("--json", options.json,
                    "Print one JSON object; all else goes to standard error");
  command->add_flag("-n,--dry-run", options.dry_run,
                    "Say what would be done; connect to nobody, change nothing");
  return command;
}

CLI::App* add_keygen(CLI::App& app, KeygenOptions& options) {
  auto* const command = app.add_subcommand("keygen", "Make an SSH key");
  command->add_flag("--software", options.software, "An ed25519 key in a file, by ssh-keygen");
  command->add_option("-f,--file", options.file,
                      "Where; ~/.ssh/id_ed25519 otherwise. Never over an existing file");
  command->add_option("-C,--comment", options.comment, "What to call it");
  add_refusal(*command, "--no-passphrase", options.passphrase,
              "Without a passphrase; otherwise ssh-keygen asks for one");
  command->add_flag("--json", options.json, "Print one JSON object");
  return command;
}

CLI::App* add_keys(CLI::App& app, KeysOptions& options) {
  auto* const command =
      app.add_subcommand("keys", "List the SSH keys of this computer: files and agent");
  command->add_flag("--json", options.json, "Print one JSON object");
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
  const auto* const enroll = add_enroll(app, enroll_options);
  const auto* const keygen = add_keygen(app, keygen_options);
  add_keys(app, keys_options);
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
  return keys_options;
}

}  // namespace latchkey::host
