// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "firmware/board/board.hpp"
#include "tests/unit/firmware/board/board_world.hpp"

using namespace latchkey;
using namespace latchkey::board;
using latchkey::test::BoardWorld;
using latchkey::test::kAcme;
using latchkey::test::kLines;
using latchkey::test::use;
using namespace std::string_literals;

namespace {

const std::string kHowToSet =
    "Name one in latchkey.toml, [board] use = \"NAME\"; for any other board that is \"generic\", "
    "with chip and offset in [board.button] and [board.led] (gpiodetect shows the chips, gpioinfo "
    "their lines)";

}  // namespace

TEST_CASE_FIXTURE(BoardWorld,
                  "any string of the device tree chooses, the model's before a family's") {
  board("acme", kAcme);
  board("family", "compatible = ['acme,family']\n" + kLines);
  for (const auto& said : {"acme,one\0acme,family\0"s, "other\0acme,two\0"s}) {
    device_tree(said);
    const auto found = find_board({}, places);
    REQUIRE(found.has_value());
    CHECK(found->name == "acme");
  }
  device_tree("acme,three\0acme,family\0"s);
  CHECK(find_board({}, places)->name == "family");
}

TEST_CASE_FIXTURE(BoardWorld,
                  "a device tree without its last NUL is read, and a prefix is no match") {
  board("acme", kAcme);
  device_tree("acme,one");
  CHECK(find_board({}, places)->name == "acme");
  device_tree("acme,on\0acme,onee\0"s);
  CHECK(refusal() ==
        "no board is known for this machine, whose device tree says \"acme,on\", "
        "\"acme,onee\". Boards in …/boards are acme. " +
            kHowToSet);
}

TEST_CASE_FIXTURE(BoardWorld, "no device tree says where it was looked for and what to set") {
  board("acme", kAcme);
  board("beta", kAcme);
  CHECK(refusal() ==
        "this machine does not say which board it is: there is no "
        "…/device-tree/compatible. Boards in …/boards are acme, beta. " +
            kHowToSet);
  std::filesystem::remove_all(tree);
  CHECK(refusal().starts_with("this machine does not say which board it is"));
}

TEST_CASE_FIXTURE(BoardWorld, "a hostile device tree is bounded and made harmless") {
  device_tree("\x1b[2Jevil\n\0"s + std::string(300, 'x') + '\0');
  auto text = refusal();
  CHECK(text.find("\"?[2Jevil?\", \"" + std::string(64, 'x') + "\".") != std::string::npos);
  std::string many;
  for (int i = 0; i < 5000; ++i) many += "a"s + '\0';
  device_tree(many);
  text = refusal();
  CHECK(text.find("\"a\", \"a\", \"a\", \"a\", \"a\", \"a\", \"a\", \"a\", …. Boards") !=
        std::string::npos);
  CHECK(read_compatible(tree)->size() == 32);
  device_tree(std::string(100, '\0'));
  CHECK(read_compatible(tree)->empty());
  std::filesystem::remove(tree + "/compatible");
  std::filesystem::create_directory(tree + "/compatible");
  CHECK(refusal({}, Errc::unsupported) ==
        "reading …/device-tree/compatible, which is not a regular file");
}

TEST_CASE_FIXTURE(BoardWorld, "the configuration's name wins over the device tree") {
  board("acme", kAcme);
  board("beta", "[button]\nchip = 'a'\noffset = 1\n[led]\nsysfs = 'ACT'\n");
  device_tree("acme,one\0"s);
  const auto found = find_board(use("beta"), places);
  REQUIRE(found.has_value());
  CHECK(found->name == "beta");
  CHECK(found->title == "beta");
}

TEST_CASE_FIXTURE(BoardWorld, "an unknown name says which there are, and which was meant") {
  board("acme", kAcme);
  board("beta", kAcme);
  CHECK(
      refusal(use("acmee")) ==
      "there is no board \"acmee\" in …/boards (did you mean \"acme\"?). Boards there are acme, "
      "beta. Name one in latchkey.toml, [board] use = \"NAME\", or none to go by the device tree");
  CHECK(
      refusal(use("zzzzzz")).starts_with("there is no board \"zzzzzz\" in …/boards. Boards there"));
  const BoardWorld empty;
  CHECK(empty.refusal(use("acme")).find("Boards there are none.") != std::string::npos);
}

TEST_CASE_FIXTURE(BoardWorld, "a name that is a path is refused before any file is opened") {
  std::filesystem::create_directory(boards + "/sub");
  std::ofstream(boards + "/sub/acme.toml") << kAcme;
  for (const auto* name : {"../x", "/etc/passwd", "sub/acme", ".", "..", "a.b", "-a"}) {
    CAPTURE(name);
    CHECK(refusal(use(name), Errc::malformed) ==
          "\""s + name +
              "\" is no board's name: that has letters, digits, `-` and `_`, and is no "
              "path");
  }
  CHECK(refusal(use("a\nb"), Errc::malformed).starts_with("\"a?b\" is no board's name"));
}

TEST_CASE_FIXTURE(BoardWorld, "two boards for one device tree are refused, unless one is named") {
  board("acme", kAcme);
  board("beta", kAcme);
  device_tree("acme,two\0"s);
  CHECK(refusal({}, Errc::malformed) ==
        "…/boards/acme.toml and …/boards/beta.toml are both for \"acme,two\"; name one in "
        "latchkey.toml with [board] use = \"acme\"");
  CHECK(find_board(use("beta"), places).has_value());
}

TEST_CASE_FIXTURE(BoardWorld, "a broken file is named where it could have been the one") {
  board("acme", kAcme);
  board("beta", "titel = 'x'\n");
  device_tree("acme,one\0"s);
  CHECK(find_board({}, places)->name == "acme");
  const auto mistake = "…/boards/beta.toml:1:1: unknown key `titel` (did you mean `title`?)";
  CHECK(refusal(use("beta"), Errc::unsupported) == mistake);
  device_tree("acme,three\0"s);
  CHECK(refusal({}, Errc::unsupported) == mistake);
}

TEST_CASE_FIXTURE(BoardWorld, "files that are no boards are left alone") {
  board("acme", kAcme);
  std::ofstream(boards + "/README.md") << "x";
  std::ofstream(boards + "/.hidden.toml") << "x";
  std::ofstream(boards + "/.toml") << "x";
  std::ofstream(boards + "/two.dots.toml") << "x";
  CHECK(board_names(boards).value() == std::vector<std::string>{"acme"});
}

TEST_CASE_FIXTURE(BoardWorld, "a FIFO in the place of a board does not keep anybody waiting") {
  REQUIRE(::mkfifo((boards + "/pipe.toml").c_str(), 0600) == 0);
  CHECK(refusal(use("pipe"), Errc::unsupported) ==
        "reading …/boards/pipe.toml, which is not a regular file");
}

TEST_CASE_FIXTURE(BoardWorld, "a folder that is not there is said") {
  places.boards += "/none";
  const auto found = find_board(use("4b"), places);
  REQUIRE_FALSE(found.has_value());
  CHECK(found.error().code == std::errc::no_such_file_or_directory);
  CHECK(found.error().doing == "reading the folder of boards, " + places.boards);
}

TEST_CASE_FIXTURE(BoardWorld, "a board too large to be one is refused") {
  board("acme", kAcme + "#" + std::string(config::kMaxBoardFile, 'x'));
  CHECK(refusal(use("acme"), Errc::too_large) == "…/boards/acme.toml: more than 16384 bytes");
}

TEST_CASE_FIXTURE(BoardWorld,
                  "what does not fit says of which board, and that the configuration had a say") {
  board("acme", kAcme);
  auto choice = use("acme");
  choice.values.led.wire.offset = 17;
  CHECK(refusal(choice, Errc::malformed) ==
        "board \"acme\" with [board] of latchkey.toml: button and LED are both on offset 17 of "
        "pinctrl-rp1");
  board("bare", "title = 'x'\n");
  CHECK(
      refusal(use("bare"), Errc::malformed) ==
      "board \"bare\": nothing says which GPIO line the button is on: there is neither `chip` nor "
      "`offset`. Set chip = \"LABEL\" and offset = NUMBER in [board.button] of latchkey.toml "
      "(gpiodetect shows the labels, gpioinfo the lines)");
  CHECK(read_board(use("bare"), places).has_value());
}
