// SPDX-License-Identifier: MIT
#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>

#include "firmware/board/board.hpp"
#include "firmware/ctl/commands.hpp"
#include "firmware/ctl/daemon_connection.hpp"

namespace ctl = latchkey::ctl;

namespace {

int run(int argc, char** argv) {
  CLI::App app("Administers latchkeyd, the daemon that enrols SSH keys at the press of a button",
               "latchkeyctl");
  app.set_version_flag("--version", "latchkeyctl " LATCHKEY_VERSION);
  app.require_subcommand(1);
  std::string socket = latchkey::roles::kControlSocket;
  app.add_option("--socket", socket, "The daemon's socket")->capture_default_str();

  bool json = false;
  auto* status = app.add_subcommand("status", "What the pairing window and the LED do now");
  status->add_flag("--json", json, "Print one JSON object");

  auto* pair =
      app.add_subcommand("pair", "Open a pairing window from this terminal, code in digits");

  std::string user;
  std::string file;
  auto* add = app.add_subcommand(
      "add", "Authorise a public key by hand: same checks, same writer as an enrolment");
  add->add_option("--user", user, "The account that the key may log in to");
  add->add_option("FILE", file, "A public key file, or - for standard input")->required();

  std::string dropped;
  auto* handles = app.add_subcommand(
      "handles", "The handles of keys made at the Pi, which `latchkey adopt` fetches");
  auto* handles_json = handles->add_flag("--json", json, "Print one JSON array");
  auto* drop = handles->add_option("--drop", dropped, "Forget the handle of this key");
  bool all = false;
  auto* drop_all = handles->add_flag("--drop-all", all, "Forget all of them");
  drop->type_name("FINGERPRINT")->excludes(handles_json);
  drop_all->excludes(drop)->excludes(handles_json);

  ctl::BoardOrder order;
  auto* board = app.add_subcommand(
      "board", "How button and LED are wired: the 40-pin header drawn, and in words");
  auto* name = board->add_option("NAME", order.name,
                                 "A board of --list; without it this machine, as configured");
  board->add_flag("--list", order.list, "Name the boards there are")->excludes(name);
  board->add_flag("--json", order.json, "Print JSON");
  board->add_option("--board-folder", order.boards,
                    "Where the boards are [/usr/share/latchkey/boards]");
  auto* config =
      board->add_option("--config", order.config, "Configuration [/etc/latchkey/latchkey.toml]");

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? ctl::kOk : ctl::kUsage;
  }
  if (*board) {
    order.config_required = config->count() > 0;
    if (!order.config_required) order.config = ctl::kDefaultConfig;
    if (order.boards.empty()) order.boards = latchkey::board::default_boards();
    return ctl::run_board(order);
  }
  if (*status) return ctl::run_status(socket, json);
  if (*pair) return ctl::run_pair(socket);
  if (*handles) {
    if (all) return ctl::run_drop_handles(socket, std::nullopt);
    return *drop ? ctl::run_drop_handles(socket, dropped) : ctl::run_handles(socket, json);
  }
  return ctl::run_add(socket, user, file);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {
    std::fputs("latchkeyctl: ", stderr);
    std::fputs(error.what(), stderr);
    std::fputs("\n", stderr);
    return ctl::kSoftware;
  }
}
