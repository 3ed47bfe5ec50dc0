// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>
#include <sys/stat.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "firmware/config/config.hpp"
#include "tests/unit/temp_folder.hpp"

using namespace latchkey;
using config::load_config;
using config::parse_config;

namespace {

const std::string kSource = LATCHKEY_SOURCE_DIR;

std::string text_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  REQUIRE(file.is_open());
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

/// The packaged file with every "#key = value" made a "key = value". Prose has a blank after the #.
std::string packaged_with_keys() {
  std::istringstream packaged(text_of(kSource + "/firmware/packaging/latchkey.toml"));
  std::string shown;
  for (std::string line; std::getline(packaged, line);) {
    const bool hidden_key = line.size() > 1 && line[0] == '#' && line[1] != ' ';
    shown += line.substr(hidden_key ? 1 : 0) + "\n";
  }
  return shown;
}

/// The keys of one table, as the parser itself names them to somebody who guesses.
std::vector<std::string> keys_of(const std::string& prefix) {
  const auto guess = parse_config(prefix + "zzzzzzzz = 1", "x");
  REQUIRE_FALSE(guess.has_value());
  const auto& text = guess.error().doing;
  const std::string start = "known here are ";
  std::istringstream list(text.substr(text.find(start) + start.size()));
  std::vector<std::string> keys;
  for (std::string key; std::getline(list >> std::ws, key, ',');) {
    const auto tables = {"policy", "sshd", "board", "button", "led"};
    if (std::find(tables.begin(), tables.end(), key) == tables.end()) keys.push_back(prefix + key);
  }
  return keys;
}

std::vector<std::string> all_keys() {
  auto keys = keys_of("");
  for (const auto* table : {"policy.", "sshd.", "board.", "board.button.", "board.led."}) {
    for (auto& key : keys_of(table)) keys.push_back(std::move(key));
  }
  REQUIRE(keys.size() == 35);
  return keys;
}

}  // namespace

TEST_CASE("the packaged file is the defaults, and so is what it shows in comments") {
  const auto defaults = parse_config("", "x");
  REQUIRE(defaults.has_value());
  const auto packaged = load_config(kSource + "/firmware/packaging/latchkey.toml");
  if (!packaged) FAIL(packaged.error().message());
  CHECK(*packaged == *defaults);
  const auto shown = parse_config(packaged_with_keys(), "x");
  if (!shown) FAIL(shown.error().message());
  CHECK(*shown == *defaults);
}

TEST_CASE("the packaged file shows every key, and the reference describes it") {
  const auto packaged = packaged_with_keys();
  const auto reference = text_of(kSource + "/docs/reference/files.md");
  const auto boards = text_of(kSource + "/docs/reference/boards.md");
  for (const auto& key : all_keys()) {
    CAPTURE(key);
    // Of a board's values only an example can be shown: their defaults are each board's own.
    const bool own = key.starts_with("board.") && key != "board.use";
    const auto dot = key.rfind('.');
    const auto name = dot == std::string::npos ? key : key.substr(dot + 1);
    const auto table = dot == std::string::npos ? 0 : packaged.find("[" + key.substr(0, dot) + "]");
    REQUIRE(table != std::string::npos);
    CHECK(packaged.find((own ? "\n#   " : "\n") + name + " = ", table) != std::string::npos);
    CHECK((own ? boards : reference).find("| `" + key.substr(own ? 6 : 0) + "` |") !=
          std::string::npos);
  }
}

TEST_CASE("a file is read, and its mistakes are named with its path") {
  const test::TempFolder folder;
  const auto path = folder.file("latchkey.toml");
  std::ofstream(path) << "port = 4711\n";
  CHECK(load_config(path)->port == 4711);
  std::ofstream(path) << "prot = 4711\n";
  const auto refused = load_config(path);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().doing == path + ":1:1: unknown key `prot` (did you mean `port`?)");
}

TEST_CASE("a missing file is told from one that cannot be read") {
  const test::TempFolder folder;
  const auto missing = load_config(folder.file("none.toml"));
  REQUIRE_FALSE(missing.has_value());
  CHECK(missing.error().is(Errc::not_found));
  const auto folder_itself = load_config(folder.path());
  REQUIRE_FALSE(folder_itself.has_value());
  CHECK(folder_itself.error().is(Errc::unsupported));
  const auto below_a_file = load_config("/dev/null/x");
  REQUIRE_FALSE(below_a_file.has_value());
  CHECK(below_a_file.error().code == std::errc::not_a_directory);
}

TEST_CASE("a FIFO, and a device without end, do not keep the daemon from starting") {
  const test::TempFolder folder;
  const auto fifo = folder.file("fifo");
  REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
  for (const auto& path : {fifo, std::string("/dev/zero")}) {
    const auto refused = load_config(path);
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().is(Errc::unsupported));
  }
}

TEST_CASE("a file of 64 KiB is read, a larger one is refused") {
  const test::TempFolder folder;
  const auto path = folder.file("latchkey.toml");
  std::ofstream(path) << std::string(config::kMaxConfig, '\n');
  CHECK(load_config(path).has_value());
  std::ofstream(path) << std::string(config::kMaxConfig + 1, '\n');
  const auto refused = load_config(path);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().is(Errc::too_large));
}
