// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <string>

#include "hal/gpio/linux/gpio_lines.hpp"
#include "tests/unit/temp_folder.hpp"

using namespace latchkey;
using gpio::open_sysfs_led;

namespace {

/// A folder like /sys/class/leds. Its files are plain ones, which keep what lies behind a shorter
/// text that is written over a longer: only their first lines count, as in the kernel's.
struct Leds {
  test::TempFolder folder;

  explicit Leds(const std::string& triggers = "none rc-feedback [mmc0] timer heartbeat\n") {
    std::filesystem::create_directory(folder.file("ACT"));
    std::filesystem::create_directory(folder.file("mmc0::"));
    write("trigger", triggers);
    write("brightness", "1\n");
    write("max_brightness", "255\n");
  }

  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder.file("ACT/" + name)) << text;
  }
  [[nodiscard]] std::string first_line(const std::string& name) const {
    std::ifstream file(folder.file("ACT/" + name));
    std::string line;
    std::getline(file, line);
    return line;
  }
  [[nodiscard]] Result<std::unique_ptr<gpio::StatusLed>> open(
      const std::string& name = "ACT") const {
    return open_sysfs_led({name}, {}, folder.path());
  }
  [[nodiscard]] std::string memory() const { return folder.file("led-before"); }
  [[nodiscard]] Result<std::unique_ptr<gpio::StatusLed>> open_remembering() const {
    return open_sysfs_led({"ACT"}, memory(), folder.path());
  }
  /// What a program leaves that was killed.
  void be_killed() const {
    const auto led = open_remembering();
    REQUIRE(led.has_value());
    REQUIRE((*led)->set(true).has_value());
    std::filesystem::copy(memory(), memory() + ".kept");
  }
  void stay_killed() const {
    std::filesystem::rename(memory() + ".kept", memory());
    write("trigger", "[none] rc-feedback mmc0 timer heartbeat\n");
    write("brightness", "255\n");
  }
};

}  // namespace

TEST_CASE("an LED of the kernel's loses its trigger and gets it back") {
  const Leds leds;
  {
    const auto led = leds.open();
    REQUIRE(led.has_value());
    CHECK(leds.first_line("trigger") == "none");
    CHECK(leds.first_line("brightness") == "0");
    CHECK((*led)->set(true).has_value());
    CHECK(leds.first_line("brightness") == "255");
    CHECK((*led)->set(false).has_value());
    CHECK(leds.first_line("brightness") == "0");
    CHECK((*led)->set(true).has_value());
  }
  CHECK(leds.first_line("trigger") == "mmc0");
  CHECK(leds.first_line("brightness") == "1");
}

TEST_CASE("an LED without a trigger gets its brightness back") {
  for (const auto* triggers : {"[none] mmc0\n", "none mmc0\n", "[none", ""}) {
    CAPTURE(triggers);
    const Leds leds(triggers);
    leds.write("brightness", "128\n");
    CHECK(leds.open().has_value());  // and gone
    CHECK(leds.first_line("trigger") == "none");
    CHECK(leds.first_line("brightness") == "128");
  }
}

TEST_CASE("what an LED was like outlives a program that is killed") {
  const Leds leds;
  leds.be_killed();
  CHECK_FALSE(std::filesystem::exists(leds.memory()));  // nothing to put back at a good end
  leds.stay_killed();
  SUBCASE("and the next puts it back") {
    { CHECK(leds.open_remembering().has_value()); }
    CHECK(leds.first_line("trigger") == "mmc0");
    CHECK(leds.first_line("brightness") == "1");
    CHECK_FALSE(std::filesystem::exists(leds.memory()));
  }
  SUBCASE("but somebody who has seen to it since has the last word") {
    leds.write("trigger", "none mmc0 [heartbeat]\n");
    { CHECK(leds.open_remembering().has_value()); }
    CHECK(leds.first_line("trigger") == "heartbeat");
  }
  SUBCASE("and what is no memory of this LED is none") {
    for (const auto* text : {"", "ACT\n", "PWR\nmmc0\n1\n", "ACT\nmmc0\n1", "ACT\nmmc0\nbright\n",
                             "ACT\nmmc0\n1\nmore"}) {
      CAPTURE(text);
      leds.write("trigger", "[none] mmc0\n");
      leds.write("brightness", "7\n");
      std::ofstream(leds.memory()) << text;
      { CHECK(leds.open_remembering().has_value()); }
      CHECK(leds.first_line("trigger") == "none");
      CHECK(leds.first_line("brightness") == "7");
    }
  }
}

TEST_CASE("an LED that cannot be remembered is not touched") {
  const Leds leds;
  CHECK_FALSE(open_sysfs_led({"ACT"}, leds.folder.file("nowhere/led"), leds.folder.path()));
  CHECK(leds.first_line("trigger") == "none rc-feedback [mmc0] timer heartbeat");
  CHECK(leds.first_line("brightness") == "1");
}

TEST_CASE("setting what is set does not touch the file") {
  const Leds leds;
  const auto led = leds.open();
  REQUIRE(led.has_value());
  leds.write("brightness", "7\n");
  CHECK((*led)->set(false).has_value());
  CHECK(leds.first_line("brightness") == "7");
}

TEST_CASE("an LED that is not there is answered with those that are") {
  const Leds leds;
  const auto led = leds.open("PWR");
  REQUIRE_FALSE(led.has_value());
  CHECK(led.error().is(Errc::not_found));
  CHECK(led.error().doing == "there is no LED PWR in " + leds.folder.path() +
                                 "; there are ACT, mmc0::; set sysfs = \"NAME\" in [board.led] of "
                                 "latchkey.toml");
  const auto none = open_sysfs_led({"ACT"}, {}, leds.folder.file("nowhere"));
  REQUIRE_FALSE(none.has_value());
  CHECK(none.error().doing.find("; there are none; ") != std::string::npos);
}

TEST_CASE("a name that is a path, or none at all, is not looked for") {
  const Leds leds;
  for (const std::string& name :
       {std::string(), std::string("."), std::string(".."), std::string("ACT/../ACT"),
        std::string("/etc"), std::string("a\nb"), std::string("ACT\0", 4), std::string(64, 'a')}) {
    CAPTURE(name);
    const auto led = leds.open(name);
    REQUIRE_FALSE(led.has_value());
    CHECK(led.error().is(Errc::malformed));
  }
  CHECK(leds.open(std::string(63, 'a')).error().is(Errc::not_found));
}

TEST_CASE("files that are no LED's are refused, and nothing is written") {
  const Leds leds;
  leds.write("max_brightness", "bright\n");
  CHECK(leds.open().error().is(Errc::malformed));
  leds.write("max_brightness", std::string(33, '1'));
  CHECK(leds.open().error().is(Errc::too_large));
  leds.write("max_brightness", "99999999999\n");
  CHECK(leds.open().error().is(Errc::malformed));
  leds.write("max_brightness", "255 \n");
  CHECK(leds.open().error().is(Errc::malformed));
  leds.write("max_brightness", "");
  CHECK(leds.open().error().is(Errc::malformed));
  leds.write("max_brightness", "255\n");
  leds.write("brightness", "-1\n");
  CHECK(leds.open().error().is(Errc::malformed));
  leds.write("brightness", "1\n");
  leds.write("trigger", std::string(65'537, 'a'));
  CHECK(leds.open().error().is(Errc::too_large));
  leds.write("trigger", "none [mmc0]\n");
  std::filesystem::remove(leds.folder.file("ACT/max_brightness"));
  CHECK(leds.open().error().code == std::error_code(ENOENT, std::system_category()));
  CHECK(leds.first_line("brightness") == "1");
  CHECK(leds.first_line("trigger") == "none [mmc0]");
}

TEST_CASE("an LED of one step has it") {
  const Leds leds;
  leds.write("max_brightness", "1");
  const auto led = leds.open();
  REQUIRE(led.has_value());
  CHECK((*led)->set(true).has_value());
  CHECK(leds.first_line("brightness") == "1");
}

TEST_CASE("who may not write the LED's files is told to be root") {
  if (::geteuid() == 0) return;  // who may everything
  const Leds leds;
  std::filesystem::permissions(leds.folder.file("ACT/brightness"),
                               std::filesystem::perms::owner_read);
  const auto led = leds.open();
  REQUIRE_FALSE(led.has_value());
  CHECK(led.error().code == std::error_code(EACCES, std::system_category()));
  CHECK(led.error().doing.find("; run this as root") != std::string::npos);
}
