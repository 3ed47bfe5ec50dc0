// SPDX-License-Identifier: MIT
#include "hal/gpio/linux/gpio_chips.hpp"

#include <doctest/doctest.h>

#include <cerrno>
#include <ostream>
#include <string>

using namespace latchkey;
using gpio::find_line;
using gpio::Line;
using gpio::SeenChip;
using gpio::SeenChips;

namespace {

const std::string kToSet =
    "set chip = \"LABEL\" and offset = NUMBER in [board.button] or [board.led] of latchkey.toml, "
    "or "
    "[board] use = \"NAME\" (latchkeyctl board --list)";

SeenChip chip(const std::string& path, const std::string& label, unsigned lines) {
  SeenChip made{path, label, {}};
  for (unsigned offset = 0; offset < lines; ++offset) {
    made.lines.push_back({"GPIO" + std::to_string(offset), false, {}});
  }
  return made;
}

/// A Pi 5 whose kernel counts chips in its own way.
SeenChips pi5() {
  return {{chip("/dev/gpiochip4", "pinctrl-rp1", 54),
           chip("/dev/gpiochip10", "gpio-brcmstb@107d508500", 32)},
          {}};
}

std::error_code system_code(int error) { return {error, std::system_category()}; }

}  // namespace

TEST_CASE("a line is found by the label of its chip, wherever that is, and by its name") {
  const auto spot = find_line({"pinctrl-rp1", "GPIO17", std::nullopt}, pi5());
  REQUIRE(spot.has_value());
  CHECK(spot->path == "/dev/gpiochip4");
  CHECK(spot->offset == 17);
  CHECK(spot->words == "line GPIO17 of pinctrl-rp1 (gpiochip4)");
}

TEST_CASE("a line without a name is found by its number, one with a name never is") {
  const auto spot = find_line({"gpio-brcmstb@107d508500", "", 31}, pi5());
  REQUIRE(spot.has_value());
  CHECK(spot->path == "/dev/gpiochip10");
  CHECK(spot->offset == 31);
  CHECK(spot->words == "line 31 of gpio-brcmstb@107d508500 (gpiochip10)");
  CHECK(find_line({"pinctrl-rp1", "GPIO27", 3}, pi5())->offset == 27);
  CHECK(find_line({"pinctrl-rp1", "PWR", 3}, pi5()).error().is(Errc::not_found));
}

TEST_CASE("a label that no chip has is answered with the labels that there are") {
  const auto spot = find_line({"pinctrl-bcm2711", "GPIO17", std::nullopt}, pi5());
  REQUIRE_FALSE(spot.has_value());
  CHECK(spot.error().is(Errc::not_found));
  CHECK(spot.error().doing ==
        "there is no GPIO chip labelled pinctrl-bcm2711; there are pinctrl-rp1 (gpiochip4), "
        "gpio-brcmstb@107d508500 (gpiochip10); " +
            kToSet);
}

TEST_CASE("a machine without GPIO chips is told from one with others") {
  const auto spot = find_line({"pinctrl-rp1", "GPIO17", std::nullopt}, {});
  REQUIRE_FALSE(spot.has_value());
  CHECK(spot.error().is(Errc::not_found));
  CHECK(spot.error().doing ==
        "there is no GPIO chip labelled pinctrl-rp1: this machine has no GPIO chips that programs "
        "can use (/dev/gpiochip*); once there is one, " +
            kToSet);
}

TEST_CASE("a chip that may not be opened says who may") {
  auto seen = pi5();
  seen.closed = {{"/dev/gpiochip0", EACCES, "gpio"}};
  CHECK(find_line({"pinctrl-rp1", "GPIO17", std::nullopt}, seen).has_value());

  const auto member = find_line({"pinctrl-bcm2711", "GPIO17", std::nullopt}, seen);
  REQUIRE_FALSE(member.has_value());
  CHECK(member.error().code == system_code(EACCES));
  CHECK(member.error().doing ==
        "the GPIO chip pinctrl-bcm2711 was looked for, but gpiochip0 may not be opened; run this "
        "as root, or as a member of the group gpio");
  for (const auto* group : {"", "root"}) {
    seen.closed = {{"/dev/gpiochip0", EPERM, group}};
    CHECK(find_line({"pinctrl-bcm2711", "", 1}, seen).error().doing ==
          "the GPIO chip pinctrl-bcm2711 was looked for, but gpiochip0 may not be opened; run "
          "this as root");
  }
  seen.closed = {{"/dev/gpiochip0", EMFILE, "gpio"}};
  const auto other = find_line({"pinctrl-bcm2711", "", 1}, seen);
  CHECK(other.error().code == system_code(EMFILE));
  CHECK(other.error().doing == "opening gpiochip0 to see whether it is pinctrl-bcm2711");
}

TEST_CASE("a name that no line has is answered with the names that there are") {
  const SeenChips seen{{{"/dev/gpiochip0",
                         "pinctrl-bcm2711",
                         {{"ID_SDA", false, {}}, {"", false, {}}, {"GPIO\x1b[2J", false, {}}}}},
                       {}};
  const auto spot = find_line({"pinctrl-bcm2711", "GPIO99", std::nullopt}, seen);
  REQUIRE_FALSE(spot.has_value());
  CHECK(spot.error().is(Errc::not_found));
  CHECK(spot.error().doing ==
        "the GPIO chip pinctrl-bcm2711 (gpiochip0) has no line GPIO99; its lines are ID_SDA, "
        "GPIO?[2J; " +
            kToSet);
}

TEST_CASE("a long list of names is cut") {
  const auto spot = find_line({"pinctrl-rp1", "GPIO99", std::nullopt}, pi5());
  REQUIRE_FALSE(spot.has_value());
  CHECK(spot.error().doing.find("GPIO28, GPIO29 and 24 more;") != std::string::npos);
  CHECK(spot.error().doing.find("GPIO30") == std::string::npos);
}

TEST_CASE("a number past the last line is answered with how many there are") {
  CHECK(find_line({"pinctrl-rp1", "", 53}, pi5()).has_value());
  const auto spot = find_line({"pinctrl-rp1", "", 54}, pi5());
  REQUIRE_FALSE(spot.has_value());
  CHECK(spot.error().is(Errc::not_found));
  CHECK(spot.error().doing ==
        "the GPIO chip pinctrl-rp1 (gpiochip4) has no line 54; it has 54 lines, numbered from 0; " +
            kToSet);
  const SeenChips nameless{{{"/dev/gpiochip0", "expander", {{}, {}}}}, {}};
  CHECK(find_line({"expander", "GPIO1", std::nullopt}, nameless)
            .error()
            .doing.find("it has 2 lines, numbered from 0, and none has a name") !=
        std::string::npos);
}

TEST_CASE("two chips of one label are told apart by the line's name, or not at all") {
  SeenChips seen{{chip("/dev/gpiochip0", "expander", 4), chip("/dev/gpiochip1", "expander", 8)},
                 {}};
  CHECK(find_line({"expander", "GPIO7", std::nullopt}, seen)->path == "/dev/gpiochip1");
  CHECK(find_line({"expander", "", 7}, seen)->path == "/dev/gpiochip1");
  for (const auto& both : {Line{"expander", "GPIO3", std::nullopt}, Line{"expander", "", 3}}) {
    const auto spot = find_line(both, seen);
    REQUIRE_FALSE(spot.has_value());
    CHECK(spot.error().is(Errc::refused));
    CHECK(spot.error().doing.find("expander (gpiochip0) and expander (gpiochip1) both have line") ==
          0);
    CHECK(spot.error().doing.find("`line` with a name that one of them alone has") !=
          std::string::npos);
  }
}

TEST_CASE("names are compared as far as the kernel keeps them") {
  const std::string kept(31, 'a');
  const SeenChips seen{{{"/dev/gpiochip0", kept, {{kept, false, {}}}}}, {}};
  CHECK(find_line({kept + "bc", kept + "de", std::nullopt}, seen).has_value());
  CHECK_FALSE(find_line({kept.substr(1), kept, std::nullopt}, seen).has_value());
}

TEST_CASE("a chip without a label, or a line without a name, is nobody's choice") {
  const SeenChips seen{{{"/dev/gpiochip0", "", {{"", false, {}}}}}, {}};
  const auto spot = find_line({"", "", 0}, seen);
  REQUIRE_FALSE(spot.has_value());
  CHECK(spot.error().is(Errc::not_found));
  CHECK(spot.error().doing.find("there are one without a label (gpiochip0)") != std::string::npos);
  CHECK(find_line({"pinctrl-rp1", "", std::nullopt}, pi5()).error().is(Errc::malformed));
}

TEST_CASE("a line in use names who has it") {
  const gpio::Spot spot{"/dev/gpiochip0", 17, "line GPIO17 of pinctrl-bcm2711 (gpiochip0)"};
  const auto busy = request_error(EBUSY, spot, {"GPIO17", true, "gpio-shutdown\n"});
  CHECK(busy.code == system_code(EBUSY));
  CHECK(busy.doing ==
        "line GPIO17 of pinctrl-bcm2711 (gpiochip0) is in use by \"gpio-shutdown?\"; end that, or "
        "take another line: " +
            kToSet);
  CHECK(request_error(EBUSY, spot, {}).doing.find("a program or driver that gives no name") !=
        std::string::npos);
  CHECK(
      request_error(EPERM, spot, {}).doing ==
      "line GPIO17 of pinctrl-bcm2711 (gpiochip0) may not be used; run this as root, where neither "
      "DevicePolicy= of a unit nor a container keeps it away");
  CHECK(request_error(EIO, spot, {})
            .doing.find(
                "asking for line GPIO17 of pinctrl-bcm2711 (gpiochip0) as the table [board]") == 0);
  const auto own = request_error(EBUSY, spot, {"GPIO17", true, "latchkey"});
  CHECK(own.doing.find("end that") == std::string::npos);
  CHECK(own.doing.find("this one's button") != std::string::npos);
}

TEST_CASE("a line is done without edges only where that may be what was refused") {
  for (const int error : {ENXIO, ENODEV, EINVAL, EBUSY}) CHECK(gpio::may_lack_edges(error, {}));
  CHECK_FALSE(gpio::may_lack_edges(EBUSY, {"GPIO17", true, "somebody"}));
  for (const int error : {EACCES, EPERM, ENOMEM, EMFILE, ENFILE}) {
    CHECK_FALSE(gpio::may_lack_edges(error, {}));
  }
}

TEST_CASE("a chip that is gone is told from other trouble with a line") {
  const auto gone = gpio::lost_line_error(ENODEV, "reading", "line 3 of expander (gpiochip1)");
  CHECK(gone.code == system_code(ENODEV));
  CHECK(gone.doing ==
        "reading line 3 of expander (gpiochip1), whose GPIO chip is gone; its driver was unloaded "
        "or its device unplugged");
  CHECK(gpio::lost_line_error(EIO, "setting", "line 3").doing == "setting line 3");
}
