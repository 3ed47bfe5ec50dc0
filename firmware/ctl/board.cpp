// SPDX-License-Identifier: MIT
#include "firmware/board/board.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string_view>

#include "core/sentence.hpp"
#include "firmware/board/wiring.hpp"
#include "firmware/config/config.hpp"
#include "firmware/ctl/commands.hpp"
#include "firmware/ctl/request.hpp"

namespace latchkey::ctl {
namespace {

using Json = nlohmann::ordered_json;

void print(const Json& json) {
  fmt::print("{}\n", json.dump(-1, ' ', true, Json::error_handler_t::replace));
}

Json line_as_json(const gpio::Line& line) {
  Json json;
  json["chip"] = line.chip;
  if (!line.name.empty()) {
    json["line"] = line.name;
  } else if (line.offset) {
    json["offset"] = *line.offset;
  }
  return json;
}

void add_pins(Json& json, const std::optional<board::HeaderPins>& pins) {
  if (!pins) return;
  json["pin"] = pins->signal;
  json["other_pin"] = pins->other;
}

Json as_json(const board::Board& board) {
  Json button = line_as_json(board.button.line);
  button["bias"] = board::word_of(board.button.bias);
  button["active"] = board::word_of(board.button.active);
  add_pins(button, board.button_pins);
  Json led;
  if (const auto* line = std::get_if<gpio::LedLine>(&board.led)) {
    led = line_as_json(line->line);
    led["active"] = board::word_of(line->active);
    add_pins(led, board.led_pins);
  } else {
    led["sysfs"] = std::get<gpio::SysfsLedName>(board.led).name;
  }
  Json json;
  json["name"] = board.name;
  json["title"] = board.title;
  json["compatible"] = board.compatible;
  json["pin_1"] = board.pin_1;
  json["usb_device_port"] = board.usb_device_port;
  json["button"] = std::move(button);
  json["led"] = std::move(led);
  return json;
}

int report(const Error& error, int exit_code) {
  fmt::print(stderr, "latchkeyctl: {}.\n", shown(sentence(error)));
  return exit_code;
}

int list(const BoardOrder& order) {
  const auto names = board::board_names(order.boards);
  if (!names) return report(names.error(), kNoInput);
  auto json = Json::array();
  std::string text;
  for (const auto& name : *names) {
    const auto board = board::read_board({.use = name}, {.boards = order.boards});
    if (!board) return report(board.error(), kConfiguration);
    json.push_back({{"name", name}, {"title", board->title}});
    text += fmt::format("{:<12} {}\n", name, board->title);
  }
  if (order.json) {
    print(json);
  } else {
    fmt::print("{}", text);
  }
  return kOk;
}

/// Named, a board as it is shipped; else this machine's, with what its configuration says.
Result<config::BoardChoice> choice_of(const BoardOrder& order) {
  if (!order.name.empty()) return config::BoardChoice{.use = order.name};
  auto config = config::load_config(order.config);
  if (config) return std::move(config->board);
  if (!config.error().is(Errc::not_found)) return tl::make_unexpected(config.error());
  if (!order.config_required) return config::BoardChoice{};
  return fail(Errc::not_found, fmt::format("there is no configuration {}", order.config));
}

/// no-color.org, and terminals alone.
board::Colours colours() {
  const auto set = [](const char* variable) {
    const char* value = std::getenv(variable);
    return std::string_view(value == nullptr ? "" : value);
  };
  const bool plain = !set("NO_COLOR").empty() || set("TERM") == "dumb";
  return plain || ::isatty(STDOUT_FILENO) != 1 ? board::Colours::none : board::Colours::ansi;
}

}  // namespace

int run_board(const BoardOrder& order) {
  if (order.list) return list(order);
  const auto choice = choice_of(order);
  if (!choice) return report(choice.error(), kConfiguration);
  const auto board = board::read_board(*choice, {.boards = order.boards});
  if (!board) return report(board.error(), kConfiguration);
  if (order.json) {
    print(as_json(*board));
  } else {
    fmt::print("{}", board::drawn(*board, colours()));
  }
  return kOk;
}

}  // namespace latchkey::ctl
