// SPDX-License-Identifier: MIT
#include "hal/fido/sim/program/command_line.hpp"

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <cstdio>
#include <vector>

#include "hal/fido/sim/program/control_command.hpp"

namespace latchkey::fido::sim {
namespace {

constexpr int kUsage = 64;

std::string footer() {
  std::string text = "Models:\n ";
  for (const auto& model : models()) text += " " + model.name;
  text += "\n\nKnobs of --set:\n";
  for (const auto& knob : knobs()) text += fmt::format("  {:26} {}\n", knob.name, knob.meaning);
  return text + "\nDIR/key.sock takes the lines plug, unplug, touch yes|no|never|once, state.";
}

/// What CLI11 has read, before it is understood.
struct Words {
  std::string model;
  std::vector<std::string> settings;
  std::string touch{name_of(Reply::never)};
};

Result<CommandLine> understand(CommandLine options, const Words& words) {
  auto model = find_model(words.model);
  if (!model) return fail(std::move(model));
  options.model = std::move(*model);
  for (const auto& setting : words.settings) {
    const auto equals = setting.find('=');
    if (equals == std::string::npos) return fail(Errc::malformed, "--set takes KNOB=VALUE");
    const std::string_view text = setting;
    if (auto set = set_knob(options.model, text.substr(0, equals), text.substr(equals + 1)); !set) {
      return fail(std::move(set));
    }
  }
  const auto touch = parse_reply(words.touch);
  if (!touch) return tl::make_unexpected(Error{touch.error().code, "--" + touch.error().doing});
  options.touch = *touch;
  return options;
}

}  // namespace

std::variant<CommandLine, int> parse_command_line(int argc, char** argv) {
  CLI::App app(
      "A SIMULATED security key, for tests only: FIDO2 and U2F in software, as real tools see "
      "them. Its private keys lie unprotected in DIR",
      "latchkey-simulated-key");
  app.set_version_flag("--version", "latchkey-simulated-key " LATCHKEY_VERSION);
  CommandLine options;
  Words words;
  words.model = options.model.name;
  app.add_option("DIR", options.directory,
                 "The key's folder: key.json, attestation-*.pem, key.sock and, while it is "
                 "plugged in, hid.sock")
      ->required();
  app.add_option("--model", words.model, "Which key it is")
      ->type_name("NAME")
      ->capture_default_str();
  app.add_option("--set", words.settings, "Makes it differ from its model")
      ->type_name("KNOB=VALUE")
      ->allow_extra_args(false);
  app.add_option("--touch", words.touch, "What the person answers: yes, no or never")
      ->type_name("ANSWER")
      ->capture_default_str();
  app.add_flag("--unplugged", options.unplugged, "Start pulled out");
  app.add_flag("--uhid", options.uhid, "Be a HID device of this computer too, through /dev/uhid");
  auto* hidg = app.add_option("--hidg", options.hidg,
                              "Be the USB device of a gadget too, through its file /dev/hidgN")
                   ->type_name("PATH");
  app.add_option("--udc", options.udc,
                 "The gadget's file UDC in configfs: plugging in binds it, pulling out empties it")
      ->type_name("FILE")
      ->needs(hidg);
  app.footer(footer());
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kUsage;
  }
  auto understood = understand(std::move(options), words);
  if (understood) return std::move(*understood);
  fmt::print(stderr, "latchkey-simulated-key: {}.\nRun with --help for more information.\n",
             understood.error().doing);
  return kUsage;
}

}  // namespace latchkey::fido::sim
