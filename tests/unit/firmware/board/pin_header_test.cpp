// SPDX-License-Identifier: MIT
#include "hal/gpio/pin_header.hpp"

#include <doctest/doctest.h>

#include <set>
#include <vector>

using namespace latchkey::gpio;

TEST_CASE("the header has 28 GPIOs, each once, and 12 pins of power and ground") {
  std::set<unsigned> gpios;
  std::vector<unsigned> ground;
  std::vector<unsigned> volts_3v3;
  std::vector<unsigned> volts_5v;
  for (unsigned pin = 1; pin <= kHeaderPins; ++pin) {
    const auto found = header_pin(pin);
    if (found.kind == PinKind::gpio) CHECK(gpios.insert(found.gpio).second);
    if (found.kind == PinKind::ground) ground.push_back(pin);
    if (found.kind == PinKind::volts_3v3) volts_3v3.push_back(pin);
    if (found.kind == PinKind::volts_5v) volts_5v.push_back(pin);
  }
  CHECK(gpios.size() == 28);
  CHECK(*gpios.rbegin() == 27);
  CHECK(ground == std::vector<unsigned>{6, 9, 14, 20, 25, 30, 34, 39});
  CHECK(volts_3v3 == std::vector<unsigned>{1, 17});
  CHECK(volts_5v == std::vector<unsigned>{2, 4});
}

TEST_CASE("GPIOs are on the pins that Raspberry Pi's documentation gives them") {
  // Pin of GPIO 0, 1, 2 … 27.
  const std::vector<unsigned> pins{27, 28, 3,  5,  7,  29, 31, 26, 24, 21, 19, 23, 32, 33,
                                   8,  10, 36, 11, 12, 35, 38, 40, 15, 16, 18, 22, 37, 13};
  for (unsigned gpio = 0; gpio < pins.size(); ++gpio) {
    CAPTURE(gpio);
    CHECK(pin_of_gpio(gpio) == pins[gpio]);
    CHECK(header_pin(pins[gpio]).gpio == gpio);
  }
  CHECK_FALSE(pin_of_gpio(28).has_value());
}

TEST_CASE("the nearest ground pin is found by rows, and one that is taken is left") {
  const std::vector<unsigned> none;
  CHECK(nearest_pin(PinKind::ground, 11, none) == 9);  // 14 is as near
  CHECK(nearest_pin(PinKind::ground, 13, none) == 14);
  CHECK(nearest_pin(PinKind::ground, 13, std::vector<unsigned>{14}) == 9);
  CHECK(nearest_pin(PinKind::ground, 40, none) == 39);
  CHECK(nearest_pin(PinKind::volts_3v3, 11, none) == 17);
  CHECK(nearest_pin(PinKind::volts_3v3, 11, std::vector<unsigned>{1, 17}) == 0);
}

TEST_CASE("pins are called what a pinout calls them") {
  CHECK(pin_name(11) == "GPIO17");
  CHECK(pin_name(9) == "ground");
  CHECK(pin_name(1) == "3V3");
  CHECK(pin_name(2) == "5V");
}
