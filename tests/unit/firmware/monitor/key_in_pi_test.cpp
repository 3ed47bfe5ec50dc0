// SPDX-License-Identifier: MIT
#include "firmware/monitor/key_in_pi.hpp"

#include <doctest/doctest.h>
#include <algorithm>

#include "tests/scenario/monitor_world.hpp"
#include "tests/unit/firmware/support/own_stack.hpp"

using namespace latchkey;

TEST_CASE("a PIN that is handed on leaves no copy on the stack") {
  scenario::ScriptedCrew crew;
  crew.ordered.reserve(8);
  monitor::KeyInPi key;
  REQUIRE(key.watch(crew, "", [](const auto&) {}));
  REQUIRE(key.make({}));
  REQUIRE(key.may_say(roles::PinWanted{}));
  const auto typed = std::make_unique<roles::PinArrived>();
  const Bytes pin(channel::kMaxPin, 'p');
  REQUIRE(typed->pin.assign(pin));
  typed->question = key.pin_question();
  CHECK_FALSE(testing::leaves_on_stack(pin, [&] { (void)key.use_pin(*typed); }));
  const auto* used = crew.last_order<roles::UsePin>();
  REQUIRE(used != nullptr);
  CHECK(used->pin.bytes() == pin);
}
