// SPDX-License-Identifier: MIT
// A program of its own, because it replaces the allocator: no block of memory that is given back
// may hold the PIN.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>

#include "tests/unit/channel/ends.hpp"
#include "tests/unit/channel/freed_memory.hpp"

using namespace latchkey;
using namespace latchkey::channel;
using namespace latchkey::channel::test;

namespace {

constexpr std::array<unsigned char, 24> kPin{'n', 'o', 'b', 'o', 'd', 'y', ' ', 'm',
                                             'a', 'y', ' ', 'r', 'e', 'a', 'd', ' ',
                                             't', 'h', 'i', 's', ' ', 'P', 'I', 'N'};

/// Counts until the end of its scope.
class Watch final {
 public:
  Watch() { latchkey::test::watch_freed_memory(kPin); }
  ~Watch() { latchkey::test::watch_freed_memory({}); }
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;
  Watch(Watch&&) = delete;
  Watch& operator=(Watch&&) = delete;
};

PinTyped typed() {
  PinTyped pin;
  pin.pin.assign(kPin.begin(), kPin.end());
  return pin;
}

}  // namespace

TEST_CASE("the watch sees what is given back unwiped") {
  const Watch watch;
  { const Bytes copy(kPin.begin(), kPin.end()); }
  CHECK(latchkey::test::blocks_with_secret() == 1);
  { const auto pin = typed(); }
  CHECK(latchkey::test::blocks_with_secret() == 1);
}

TEST_CASE("a PIN leaves nothing behind on its way through both sessions") {
  const Watch watch;
  {
    Ends ends;
    ends.to_token();
    REQUIRE(ends.pi.tell(sample_event(TokenNews::pin_wanted)));
    pump(ends.host, ends.pi);
    REQUIRE(expect<TokenNewsHeard>(ends.host));
    REQUIRE(ends.host.pin(typed()));
    pump(ends.host, ends.pi);
    const auto given = expect<PinGiven>(ends.pi);
    REQUIRE(given);
    CHECK(std::ranges::equal(given->typed.pin, kPin));
  }
  CHECK(latchkey::test::blocks_with_secret() == 0);
}

TEST_CASE("nor when it arrives in pieces, with another message behind it, or is not taken") {
  const Watch watch;
  {
    Ends ends;
    ends.to_token();
    REQUIRE(ends.pi.tell(sample_event(TokenNews::pin_wanted)));
    pump(ends.host, ends.pi);
    REQUIRE(expect<TokenNewsHeard>(ends.host));
    REQUIRE(ends.pi.tell(sample_event(TokenNews::pin_wrong)));
    REQUIRE(ends.host.pin(typed()));
    auto flight = ends.host.take_output();
    ends.host.receive(ends.pi.take_output());
    REQUIRE(expect<TokenNewsHeard>(ends.host));
    REQUIRE(ends.host.pin(typed()));
    const auto second = ends.host.take_output();
    flight.insert(flight.end(), second.begin(), second.end());
    SUBCASE("at once") { ends.pi.receive(flight); }
    SUBCASE("byte by byte") {
      for (const auto byte : flight) ends.pi.receive(ByteView(&byte, 1));
    }
    CHECK(expect<PinGiven>(ends.pi)->typed.event == 2);  // the first was overtaken
    CHECK_FALSE(ends.pi.next_event());
  }
  CHECK(latchkey::test::blocks_with_secret() == 0);
}
