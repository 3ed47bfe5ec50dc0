// SPDX-License-Identifier: MIT
// Keys that come and go while there is an order, and what ends a wait.
#include <doctest/doctest.h>

#include "tests/unit/firmware/token/workbench.hpp"

using namespace latchkey;
using namespace latchkey::testing;
using fido::PinState;
using fido::Trouble;

namespace {

/// How often a key is opened before it is given up.
constexpr std::size_t kTries = token::kMaxPaused / token::kPause + 1;
constexpr std::size_t kTriesToOpen = token::kMaxAccessPaused / token::kAccessPause + 1;

/// How far an order had come when its key was pulled out.
enum class When { before, making, asked_for_pin, made, signing };

void bring_to(Workbench& bench, roles::MakeKey wanted, When when) {
  if (when == When::asked_for_pin) {
    bench.keys.info.pin = PinState::set;
    wanted.verify = 1;
  }
  if (when == When::making) bench.keys.troubles["make"] = {Trouble::removed};
  if (when == When::signing) bench.keys.troubles["sign"] = {Trouble::removed};
  bench.plug();
  bench.hear(wanted);
  if (when == When::before) return;
  if (bench.work.has_work()) bench.work.step();
  if (when == When::signing) {
    bench.hear(roles::SignStatement{});
    bench.work.step();
  }
}

}  // namespace

TEST_CASE("an order that nobody waits for ends when its key is pulled out, and begins anew") {
  for (const auto when : {When::before, When::making, When::made, When::signing}) {
    CAPTURE(when);
    Workbench bench;
    bring_to(bench, unattended_order(), when);
    (void)bench.told();
    bench.unplug();
    bench.run();
    CHECK(bench.told() == Told{"left"});
    const auto opened = bench.keys.count("open");
    CHECK(bench.keys.count("close") == opened);
    bench.plug();
    bench.run();
    CHECK(bench.told() == Told{"arrived Key"});
    CHECK(bench.keys.count("open") == opened);
    bench.hear(unattended_order());
    bench.run();
    CHECK(bench.told() == Told{"touch", "made"});
  }
}

TEST_CASE("an order that somebody waits for goes on with the next key") {
  for (const auto when : {When::before, When::making}) {
    CAPTURE(when);
    Workbench bench;
    bring_to(bench, attended_order(), when);
    (void)bench.told();
    bench.unplug();
    bench.run();
    CHECK(bench.told() == Told{"left"});
    bench.plug("/dev/hidraw1", "Other");
    bench.run();
    CHECK(bench.told() == Told{"arrived Other", "touch", "made"});
    CHECK(bench.keys.calls().at(bench.keys.calls().size() - 2) == "open /dev/hidraw1");
  }
}

TEST_CASE("a PIN that was asked for one key is not used for the next") {
  Workbench bench;
  bring_to(bench, attended_order(), When::asked_for_pin);
  CHECK(bench.told() == Told{"arrived Key", "pin 8"});
  bench.unplug();
  bench.type("1234");
  bench.plug("/dev/hidraw1", "Other");
  bench.run();
  CHECK(bench.told() == Told{"left", "arrived Other", "pin 8"});
  CHECK(bench.keys.count("make") == 0);
}

TEST_CASE("a PIN that was typed for one key is not used for the next") {
  Workbench bench;
  bring_to(bench, attended_order(), When::asked_for_pin);
  bench.keys.troubles["make"] = {Trouble::removed};
  bench.type("1234");
  bench.work.step();
  bench.unplug();
  bench.plug("/dev/hidraw1", "Other");
  bench.run();
  CHECK(bench.told() == Told{"arrived Key", "pin 8", "touch", "left", "arrived Other", "pin 8"});
  CHECK(bench.keys.count("make") == 1);
}

TEST_CASE("a PIN is not sent to a key of the same kind that came between two looks") {
  Workbench bench;
  bring_to(bench, attended_order(), When::asked_for_pin);
  SUBCASE("after a right PIN") {}
  SUBCASE("after a wrong one") {
    bench.keys.troubles["make"] = {Trouble::pin_wrong};
    bench.type("9999");
    bench.run();
    CHECK(bench.told().back() == "wrong 8");
  }
  (void)bench.told();
  const auto made = bench.keys.count("make");
  bench.keys.troubles["make"] = {Trouble::removed};
  bench.type("1234");
  bench.run();
  CHECK(bench.told() == Told{"touch", "pin 8"});  // and the new one's PIN was not wrong
  CHECK(bench.keys.count("make") == made + 1);
  bench.type("5678");
  bench.run();
  CHECK(bench.keys.calls().back() == "make ed25519 verify pin=5678");
}

TEST_CASE("a key that was made is waited for, and no other takes its place") {
  for (const auto when : {When::made, When::signing}) {
    for (const bool another : {false, true}) {
      CAPTURE(when);
      CAPTURE(another);
      Workbench bench;
      bring_to(bench, attended_order(), when);
      bench.unplug();
      (void)bench.told();
      if (when == When::made) {
        bench.hear(roles::SignStatement{});
        CHECK(bench.told() == Told{"left"});  // the monitor may not have noticed
      }
      bench.run();
      if (another) bench.keys.always["sign"] = Trouble::not_its_handle;
      bench.plug("/dev/hidraw4");
      bench.run();
      CHECK(bench.told() ==
            Told{"arrived Key", "touch", another ? "failed not-its-handle" : "signed"});
      CHECK(bench.keys.signed_handle() == bench.made().made.handle.bytes());
      CHECK(bench.keys.count("make") == 1);
    }
  }
}

TEST_CASE("a key that left while its PIN was typed to sign signs when it is there again") {
  Workbench bench;
  bench.keys.info.pin = PinState::set;
  bench.keys.troubles["sign"] = {Trouble::pin_required};
  bring_to(bench, attended_order(), When::made);
  bench.hear(roles::SignStatement{});
  bench.run();
  CHECK(bench.told() == Told{"arrived Key", "touch", "made", "touch", "pin 8"});
  bench.unplug();
  bench.plug();
  bench.run();
  CHECK(bench.told() == Told{"left", "arrived Key", "touch", "signed"});
  CHECK(bench.keys.count("make") == 1);
}

TEST_CASE("what one key turned out to be says nothing of the next") {
  Workbench bench;
  bench.keys.troubles["make"] = {Trouble::no_such_algorithm, Trouble::removed};
  bench.plug();
  bench.hear(attended_order());
  bench.work.step();
  bench.work.step();
  CHECK(bench.keys.calls().at(2) == "make ecdsa");
  bench.unplug();
  bench.plug("/dev/hidraw1", "Other");
  bench.run();
  CHECK(bench.keys.calls().back() == "make ed25519");
}

TEST_CASE("every key has its own time to become ready") {
  Workbench bench;
  bench.hear(attended_order());
  for (const auto* node : {"/dev/hidraw0", "/dev/hidraw1"}) {
    bench.keys.troubles["open"].assign(kTriesToOpen - 1, Trouble::not_readable);
    bench.keys.troubles["make"] = {Trouble::removed};
    bench.plug(node);
    while (!bench.keys.troubles["open"].empty()) {
      bench.work.step();
      bench.work.pause_is_over();
    }
    CHECK(bench.told().back() == "arrived Key");
    bench.unplug(node);
  }
}

TEST_CASE("who asks for a signature of a key that left meanwhile is told so") {
  Workbench bench;
  bring_to(bench, unattended_order(), When::made);
  bench.unplug();
  (void)bench.told();
  SUBCASE("and stays away") {
    bench.hear(roles::SignStatement{});
    CHECK(bench.told() == Told{"left"});
  }
  SUBCASE("and is there again") {
    bench.plug();
    (void)bench.told();
    bench.hear(roles::SignStatement{});
    CHECK(bench.told() == Told{"left", "arrived Key"});
    bench.hear(unattended_order());
    bench.run();
    CHECK(bench.told() == Told{"touch", "made"});
  }
}

TEST_CASE("an order for a key that has just left is told so") {
  Workbench bench;
  bench.plug();
  bench.unplug();
  (void)bench.told();
  bench.hear(unattended_order());
  bench.run();
  CHECK(bench.told() == Told{"left"});
  bench.plug();
  bench.run();
  CHECK(bench.told() == Told{"arrived Key"});
  CHECK(bench.keys.calls().empty());
}

TEST_CASE("it is the list that says whether a key has left") {
  Workbench bench;
  bench.plug();
  bench.hear(attended_order());
  SUBCASE("a loose contact is waited for") {
    bench.keys.troubles["make"] = {Trouble::removed};
    CHECK_FALSE(bench.work.take_loss());
    bench.run();
    CHECK(bench.told() == Told{"arrived Key", "touch", "made"});
    CHECK(bench.keys.count("open") == 2);
    CHECK(bench.work.take_loss());  // the list may be out of date
    CHECK_FALSE(bench.work.take_loss());
  }
  SUBCASE("a key that is always gone and always there is given up") {
    bench.keys.always["make"] = Trouble::removed;
    bench.run();
    CHECK(bench.told() == Told{"arrived Key", "touch", "failed removed"});
    CHECK(bench.keys.count("open") == kTries);
  }
}

TEST_CASE("a key that may not be opened yet is tried again in a moment") {
  for (const auto trouble : {Trouble::not_readable, Trouble::busy}) {
    Workbench bench;
    bench.keys.troubles["open"] = {trouble, trouble};
    bench.plug();
    bench.hear(unattended_order());
    bench.work.step();
    CHECK(bench.work.pauses() == (trouble == Trouble::busy ? token::kPause : token::kAccessPause));
    CHECK_FALSE(bench.work.has_work());
    bench.run();
    CHECK(bench.told() == Told{"arrived Key", "touch", "made"});
    CHECK(bench.keys.count("open") == 3);
  }
}

TEST_CASE("a key that may never be opened is given up") {
  Workbench bench;
  bench.keys.always["open"] = Trouble::not_readable;
  bench.plug();
  bench.hear(unattended_order());
  bench.run();
  CHECK(bench.told() == Told{"arrived Key", "failed not-readable"});
  CHECK(bench.failed().text.view().find("70-latchkey.rules") != std::string_view::npos);
  CHECK(bench.failed().text.view().ends_with("."));
  CHECK(bench.keys.count("open") == kTriesToOpen);
}

TEST_CASE("a key that leaves in a pause is not waited for") {
  Workbench bench;
  bench.keys.always["open"] = Trouble::busy;
  bench.plug();
  bench.hear(unattended_order());
  bench.work.step();
  bench.unplug();
  CHECK_FALSE(bench.work.pauses().has_value());
}

TEST_CASE("an opening that asks for a PIN is nonsense, and given up") {
  for (const auto trouble : {Trouble::pin_required, Trouble::verification_blocked}) {
    for (const auto& wanted : {attended_order(), unattended_order()}) {
      Workbench bench;
      bench.keys.always["open"] = trouble;
      bench.plug();
      bench.hear(wanted);
      bench.run();
      CHECK(bench.told().back() == "failed " + std::string(fido::name(trouble)));
      CHECK(bench.keys.count("open") == 1);
    }
  }
}

TEST_CASE("what is interrupted stands as it did, and goes on") {
  Workbench bench;
  bench.keys.troubles["make"] = {Trouble::cancelled};
  bench.plug();
  bench.hear(unattended_order());
  bench.interrupt();
  bench.work.step();
  CHECK(bench.told() == Told{"arrived Key", "touch"});
  bench.end_interrupt();
  CHECK(bench.work.has_work());
  bench.run();
  CHECK(bench.told() == Told{"made"});
}

TEST_CASE("a key that says that we cancelled, which we did not, is given up") {
  Workbench bench;
  bench.keys.always["make"] = Trouble::cancelled;
  bench.plug();
  bench.hear(unattended_order());
  bench.run();
  CHECK(bench.told() == Told{"arrived Key", "touch", "failed cancelled"});
}

TEST_CASE("a second key stops whatever the first one does") {
  Workbench bench;
  bench.plug();
  bench.hear(unattended_order());
  SUBCASE("before it began") {
    bench.plug("/dev/hidraw1");
    bench.run();
    CHECK(bench.told() == Told{"arrived Key", "second"});
    CHECK(bench.keys.calls().empty());
  }
  SUBCASE("while it waits for a touch") {
    bench.keys.troubles["make"] = {Trouble::cancelled};
    bench.interrupt();
    bench.work.step();
    bench.plug("/dev/hidraw1");
    bench.end_interrupt();
    bench.run();
    CHECK(bench.told() == Told{"arrived Key", "touch", "second"});
    CHECK(bench.keys.calls() == Told{"open /dev/hidraw0", "make ed25519", "close"});
  }
  SUBCASE("while it is judged") {
    bench.run();
    bench.plug("/dev/hidraw1");
    (void)bench.told();
    bench.hear(roles::SignStatement{});
    bench.run();
    CHECK(bench.told() == Told{"second"});
    CHECK(bench.keys.count("sign") == 0);
  }
}

TEST_CASE("with two keys there no order begins") {
  Workbench bench;
  bench.keys.plugged = {{"/dev/hidraw0", "Key"}, {"/dev/hidraw1", "Key"}};
  bench.look();
  CHECK(bench.told() == Told{"second"});
  bench.hear(attended_order());
  bench.run();
  CHECK(bench.told() == Told{"second"});
  CHECK(bench.keys.calls().empty());
}

TEST_CASE("a key that changes its name is another one") {
  Workbench bench;
  bring_to(bench, unattended_order(), When::made);
  (void)bench.told();
  bench.keys.plugged = {{"/dev/hidraw0", "Other"}};
  bench.look();
  CHECK(bench.told() == Told{"left", "arrived Other"});
  CHECK(bench.keys.calls().back() == "close");
}

TEST_CASE("a long name is cut between two characters") {
  Workbench bench;
  std::string name(roles::kMaxName - 1, 'x');
  bench.plug("/dev/hidraw0", name + "é");
  CHECK(bench.told() == Told{"arrived " + name});
}
