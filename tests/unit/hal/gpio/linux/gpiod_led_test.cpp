// SPDX-License-Identifier: MIT
#include "hal/gpio/linux/gpiod_led.hpp"

#include <doctest/doctest.h>

#include <cerrno>
#include <vector>

using namespace latchkey;

namespace {

struct Wire {
  std::vector<bool> levels;
  int error = 0;
};

class ScriptedOutput final : public gpio::OutputLine {
 public:
  explicit ScriptedOutput(Wire& wire) : wire_(wire) {}
  [[nodiscard]] gpio::Attempt<void> set(bool active) override {
    if (wire_.error != 0) return tl::make_unexpected(wire_.error);
    wire_.levels.push_back(active);
    return {};
  }

 private:
  Wire& wire_;
};

}  // namespace

TEST_CASE("a line is written only when the LED changes, and switched off at the end") {
  Wire wire;
  {
    gpio::GpiodLed led(std::make_unique<ScriptedOutput>(wire), "line GPIO27");
    CHECK(led.set(false).has_value());
    CHECK(wire.levels.empty());
    CHECK(led.set(true).has_value());
    CHECK(led.set(true).has_value());
    CHECK(wire.levels == std::vector<bool>{true});
  }
  CHECK(wire.levels == std::vector<bool>{true, false});
}

TEST_CASE("an LED that could not be set is set again by the next call") {
  Wire wire;
  gpio::GpiodLed led(std::make_unique<ScriptedOutput>(wire), "line GPIO27");
  wire.error = ENODEV;
  const auto set = led.set(true);
  REQUIRE_FALSE(set.has_value());
  CHECK(set.error().code == std::error_code(ENODEV, std::system_category()));
  CHECK(set.error().doing.find("setting line GPIO27, whose GPIO chip is gone") == 0);
  wire.error = 0;
  CHECK(led.set(true).has_value());
  CHECK(wire.levels == std::vector<bool>{true});
}
