// SPDX-License-Identifier: MIT
#include "firmware/token/lookout.hpp"

#include <doctest/doctest.h>
#include <poll.h>
#include <mutex>

#include "hal/usb/sim/manual_hotplug.hpp"
#include "tests/unit/firmware/support/role_process.hpp"

using namespace latchkey;
using namespace latchkey::testing;
using fido::PluggedKey;
using token::Lookout;

namespace {

const PluggedKey kOne{"/dev/hidraw0", "Key"};
const PluggedKey kTwo{"/dev/hidraw1", "Key"};

/// What is plugged in, as another thread sees it.
struct Port {
  std::mutex mutex;
  std::vector<PluggedKey> keys;
  bool fails = false;
  unsigned looks = 0;
  unsigned look_of_arrival = 0;  ///< the look that finds kOne besides

  void set(std::vector<PluggedKey> now) {
    const std::lock_guard lock(mutex);
    keys = std::move(now);
  }
  unsigned looked() {
    const std::lock_guard lock(mutex);
    return looks;
  }
};

class PortKeys final : public fido::SecurityKeys {
 public:
  explicit PortKeys(Port& port) : port_(port) {}
  fido::Attempt<std::vector<PluggedKey>> list() override {
    const std::lock_guard lock(port_.mutex);
    if (++port_.looks == port_.look_of_arrival) port_.keys.push_back(kOne);
    if (port_.fails) return fido::give_up(fido::Trouble::failed, "looking");
    return port_.keys;
  }
  fido::Attempt<std::unique_ptr<fido::SecurityKey>> open(const PluggedKey& /*key*/,
                                                         int /*interrupt*/) override {
    return fido::give_up(fido::Trouble::failed, "opening while looking");
  }

 private:
  Port& port_;
};

/// A pace at which a moment is over in a moment, with as many looks as the real one.
constexpr token::Pace kFast{Millis(1), token::Pace{}.quick_looks, Millis(2),
                            token::Pace{}.slow_looks, Millis(10'000'000)};
constexpr unsigned kLooks = kFast.quick_looks + kFast.slow_looks + 1;
/// Longer than any pause of it.
constexpr Millis kAMoment{100};

std::unique_ptr<Lookout> start(Port& port) {
  auto lookout = Lookout::start(std::make_unique<PortKeys>(port), nullptr);
  REQUIRE(lookout.has_value());
  return std::move(*lookout);
}

std::unique_ptr<Lookout> start(Port& port, usb::ManualPorts& ports, token::Pace pace = kFast) {
  auto lookout = Lookout::start(std::make_unique<PortKeys>(port),
                                std::make_unique<usb::ManualHotplug>(ports), pace);
  REQUIRE(lookout.has_value());
  return std::move(*lookout);
}

/// Blocks until it has looked so often in all; false: it does not.
bool wait_for_looks(Port& port, unsigned looks) {
  for (int moments = 0; moments < 100; ++moments) {
    if (port.looked() >= looks) return true;
    (void)::poll(nullptr, 0, 20);
  }
  return false;
}

/// Blocks until there is news.
std::vector<PluggedKey> next(Lookout& lookout) {
  while (true) {
    REQUIRE(wait_readable(lookout.descriptor()));
    if (auto list = lookout.take()) return *list;
  }
}

}  // namespace

TEST_CASE("the first look is news, be there a key or none") {
  Port port;
  SUBCASE("none") {}
  SUBCASE("one") { port.set({kOne}); }
  const auto lookout = start(port);
  CHECK(next(*lookout) == port.keys);
  CHECK_FALSE(lookout->take().has_value());
}

TEST_CASE("whoever comes and goes is news, in no time that a person would notice") {
  Port port;
  const auto lookout = start(port);
  CHECK(next(*lookout).empty());
  port.set({kOne});
  CHECK(next(*lookout) == std::vector{kOne});
  port.set({kOne, kTwo});
  CHECK(next(*lookout) == std::vector{kOne, kTwo});
  port.set({});
  CHECK(next(*lookout).empty());
}

TEST_CASE("neither another order nor a look that failed is news") {
  Port port;
  port.set({kOne, kTwo});
  const auto lookout = start(port);
  CHECK(next(*lookout) == std::vector{kOne, kTwo});
  {
    const std::lock_guard lock(port.mutex);
    port.keys = {kTwo, kOne};
    port.looks = 0;
  }
  const auto often = token::Pace{}.slow;
  while (port.looked() < 2) CHECK_FALSE(wait_readable(lookout->descriptor(), often));
  {
    const std::lock_guard lock(port.mutex);
    port.fails = true;
    port.looks = 0;
  }
  while (port.looked() < 2) CHECK_FALSE(wait_readable(lookout->descriptor(), often));
  CHECK_FALSE(lookout->take().has_value());
}

TEST_CASE("while nothing is plugged in or pulled out it wakes up no more than to be calm") {
  Port port;
  usb::ManualPorts ports;
  const auto lookout = start(port, ports);
  REQUIRE(wait_for_looks(port, kLooks));
  CHECK(next(*lookout).empty());
  port.set({kOne});  // nobody tells it
  CHECK_FALSE(wait_readable(lookout->descriptor(), kAMoment));
  CHECK(port.looked() == kLooks);
  CHECK(ports.takes() == 0);
}

TEST_CASE("it looks when it is told, and goes on for what comes later than the USB device") {
  Port port;
  usb::ManualPorts ports;
  const auto lookout = start(port, ports);
  REQUIRE(wait_for_looks(port, kLooks));
  CHECK(next(*lookout).empty());
  {
    const std::lock_guard lock(port.mutex);
    SUBCASE("the node is there already") { port.look_of_arrival = kLooks + 1; }
    SUBCASE("the node is there soon") { port.look_of_arrival = kLooks + 3; }
    SUBCASE("the node is there late") { port.look_of_arrival = 2 * kLooks; }
  }
  ports.change();
  CHECK(next(*lookout) == std::vector{kOne});
  REQUIRE(wait_for_looks(port, 2 * kLooks));
  CHECK_FALSE(wait_readable(lookout->descriptor(), kAMoment));
  CHECK(port.looked() == 2 * kLooks);
}

TEST_CASE("what nobody tells is seen by a calm look") {
  Port port;
  usb::ManualPorts ports;
  auto pace = kFast;
  pace.calm = Millis(20);
  const auto lookout = start(port, ports, pace);
  REQUIRE(wait_for_looks(port, kLooks));
  CHECK(next(*lookout).empty());
  port.set({kOne});
  CHECK(next(*lookout) == std::vector{kOne});
  port.set({});
  CHECK(next(*lookout).empty());
  CHECK(ports.takes() == 0);
}

TEST_CASE("who has lost a key makes it look, and quickly for a while") {
  Port port;
  usb::ManualPorts ports;
  const auto lookout = start(port, ports);
  REQUIRE(wait_for_looks(port, kLooks));
  CHECK(next(*lookout).empty());
  {
    const std::lock_guard lock(port.mutex);
    port.look_of_arrival = kLooks + 3;
  }
  lookout->stir();
  CHECK(next(*lookout) == std::vector{kOne});
  REQUIRE(wait_for_looks(port, 2 * kLooks));
}

TEST_CASE("a departure is seen at once, by one look") {
  Port port;
  port.set({kOne});
  usb::ManualPorts ports;
  constexpr Millis kHours{10'000'000};
  const auto lookout = start(port, ports, {kHours, 1, kHours, 1, kHours});
  CHECK(next(*lookout) == std::vector{kOne});
  port.set({});
  ports.change();
  CHECK(next(*lookout).empty());
  CHECK(port.looked() == 2);
}

TEST_CASE("where the news breaks off it looks of its own accord") {
  Port port;
  usb::ManualPorts ports;
  const auto lookout = start(port, ports);
  REQUIRE(wait_for_looks(port, kLooks));
  CHECK(next(*lookout).empty());
  ports.fail();
  REQUIRE(wait_for_looks(port, kLooks + 5));
  CHECK(ports.takes() == 1);
  port.set({kOne});
  CHECK(next(*lookout) == std::vector{kOne});
}
