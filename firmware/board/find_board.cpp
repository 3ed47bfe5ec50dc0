// SPDX-License-Identifier: MIT
#include <dirent.h>
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <memory>

#include "core/text.hpp"
#include "firmware/board/board.hpp"
#include "firmware/board/make_board.hpp"
#include "firmware/config/regular_file.hpp"
#include "firmware/config/values.hpp"

namespace latchkey::board {
namespace {

constexpr std::string_view kEnding = ".toml";
constexpr std::size_t kMostBoards = 256;
constexpr std::size_t kMaxCompatible = 4096;
constexpr std::size_t kMostStrings = 32;
constexpr std::size_t kShown = 8;      // strings in a message
constexpr std::size_t kMaxShown = 64;  // bytes of each

std::string path_of(const std::string& folder, std::string_view name) {
  return fmt::format("{}/{}{}", folder, name, kEnding);
}

Result<config::BoardFile> read_board_file(const std::string& folder, std::string_view name) {
  const auto path = path_of(folder, name);
  const auto text = config::read_regular_file(path, config::kMaxBoardFile);
  if (!text) return tl::make_unexpected(text.error());
  return config::parse_board(*text, path);
}

std::string list_of(const std::vector<std::string>& names) {
  return names.empty() ? "none" : fmt::format("{}", fmt::join(names, ", "));
}

constexpr std::string_view kHowToSet =
    "Name one in latchkey.toml, [board] use = \"NAME\"; for any other board that is \"generic\", "
    "with chip and offset in [board.button] and [board.led] (gpiodetect shows the chips, gpioinfo "
    "their lines)";

tl::unexpected<Error> no_such_board(std::string_view name, const Places& places,
                                    const std::vector<std::string>& names) {
  const std::vector<std::string_view> words(names.begin(), names.end());
  const auto meant = config::nearest(name, words);
  const auto hint = meant ? fmt::format(" (did you mean \"{}\"?)", *meant) : std::string();
  return fail(Errc::not_found,
              fmt::format("there is no board \"{}\" in {}{}. Boards there are {}. Name one in "
                          "latchkey.toml, [board] use = \"NAME\", or none to go by the device tree",
                          name, places.boards, hint, list_of(names)));
}

tl::unexpected<Error> unknown_machine(const std::vector<std::string>& compatible,
                                      const Places& places, const std::vector<std::string>& names) {
  if (compatible.empty()) {
    return fail(Errc::not_found,
                fmt::format("this machine does not say which board it is: there is no "
                            "{}/compatible. Boards in {} are {}. {}",
                            places.device_tree, places.boards, list_of(names), kHowToSet));
  }
  std::string seen;
  for (std::size_t i = 0; i < std::min(compatible.size(), kShown); ++i) {
    seen += fmt::format("{}\"{}\"", i == 0 ? "" : ", ", make_printable(compatible[i], kMaxShown));
  }
  return fail(Errc::not_found,
              fmt::format("no board is known for this machine, whose device tree says {}{}. Boards "
                          "in {} are {}. {}",
                          seen, compatible.size() > kShown ? ", …" : "", places.boards,
                          list_of(names), kHowToSet));
}

struct Found {
  std::string name;
  config::BoardFile file;
};

/// The board of the first string that one of them has: strings go from the model to the family.
Result<Found> by_device_tree(const Places& places, const std::vector<std::string>& names) {
  const auto compatible = read_compatible(places.device_tree);
  if (!compatible) return tl::make_unexpected(compatible.error());
  std::vector<Found> boards;
  std::optional<Error> unreadable;
  for (const auto& name : names) {
    auto file = read_board_file(places.boards, name);
    if (file) {
      boards.push_back({name, std::move(*file)});
    } else if (!unreadable) {
      unreadable = file.error();
    }
  }
  for (const auto& wanted : *compatible) {
    const Found* found = nullptr;
    for (const auto& board : boards) {
      const auto& its = board.file.compatible;
      if (std::find(its.begin(), its.end(), wanted) == its.end()) continue;
      if (found != nullptr) {
        return fail(Errc::malformed,
                    fmt::format("{} and {} are both for \"{}\"; name one in latchkey.toml with "
                                "[board] use = \"{}\"",
                                path_of(places.boards, found->name),
                                path_of(places.boards, board.name), wanted, found->name));
      }
      found = &board;
    }
    if (found != nullptr) return *found;
  }
  // It could have been the one that could not be read.
  if (unreadable) return tl::make_unexpected(*unreadable);
  return unknown_machine(*compatible, places, names);
}

Result<Found> look_up(const config::BoardChoice& choice, const Places& places) {
  const auto names = board_names(places.boards);
  if (!names) return tl::make_unexpected(names.error());
  if (choice.use.empty()) return by_device_tree(places, *names);
  if (!config::is_board_name(choice.use)) {
    return fail(Errc::malformed, fmt::format("\"{}\" is no board's name: that has letters, digits, "
                                             "`-` and `_`, and is no path",
                                             config::printable(choice.use)));
  }
  if (std::find(names->begin(), names->end(), choice.use) == names->end()) {
    return no_such_board(choice.use, places, *names);
  }
  auto file = read_board_file(places.boards, choice.use);
  if (!file) return tl::make_unexpected(file.error());
  return Found{choice.use, std::move(*file)};
}

}  // namespace

Result<std::vector<std::string>> board_names(const std::string& folder) {
  const std::unique_ptr<DIR, int (*)(DIR*)> open(::opendir(folder.c_str()), ::closedir);
  if (!open) return fail_errno(errno, "reading the folder of boards, " + folder);
  std::vector<std::string> names;
  while (const auto* entry = ::readdir(open.get())) {
    std::string_view name = entry->d_name;
    if (name.size() <= kEnding.size() || name.substr(name.size() - kEnding.size()) != kEnding) {
      continue;
    }
    name.remove_suffix(kEnding.size());
    if (config::is_board_name(name)) names.emplace_back(name);
    if (names.size() == kMostBoards) break;
  }
  std::sort(names.begin(), names.end());
  return names;
}

Result<std::vector<std::string>> read_compatible(const std::string& device_tree) {
  const auto text = config::read_regular_file(device_tree + "/compatible", kMaxCompatible);
  if (!text && text.error().code == std::errc::no_such_file_or_directory) {
    return std::vector<std::string>();
  }
  if (!text) return tl::make_unexpected(text.error());
  std::vector<std::string> strings;
  std::string_view rest = *text;
  while (!rest.empty() && strings.size() < kMostStrings) {
    const auto end = std::min(rest.find('\0'), rest.size());
    if (end > 0) strings.emplace_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return strings;
}

Result<Board> read_board(const config::BoardChoice& choice, const Places& places) {
  auto found = look_up(choice, places);
  if (!found) return tl::make_unexpected(found.error());
  found->file.values = changed(std::move(found->file.values), choice.values);
  auto board = make_board(found->name, found->file);
  if (board) return board;
  return fail(
      Errc::malformed,
      fmt::format("board \"{}\"{}: {}", found->name,
                  choice.values == config::BoardValues{} ? "" : " with [board] of latchkey.toml",
                  board.error().doing));
}

Result<Board> find_board(const config::BoardChoice& choice, const Places& places) {
  auto board = read_board(choice, places);
  if (!board) return board;
  if (const auto lines = check_lines(*board); !lines) {
    return fail(Errc::malformed, fmt::format("board \"{}\": {}", board->name, lines.error().doing));
  }
  return board;
}

}  // namespace latchkey::board
