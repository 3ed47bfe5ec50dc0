// SPDX-License-Identifier: MIT
// A program of its own, because it replaces the allocator: no block of memory that net gives back
// may hold the PIN.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "firmware/net/conversation.hpp"
#include "tests/unit/channel/conversation.hpp"
#include "tests/unit/channel/freed_memory.hpp"

using namespace latchkey;

namespace {

/// Longer than any register, so that no spilled one of this test's own is taken for a copy.
constexpr auto kPin = [] {
  constexpr std::string_view kText = "do not read this, nor that, nor anything like it";
  std::array<unsigned char, kText.size()> bytes{};
  std::ranges::copy(kText, bytes.begin());
  return bytes;
}();
constexpr auto kCode = "12345123";

/// One pairing, with the test as the host's owner and the monitor.
struct Pairing {
  net::WindowFacts facts{channel::test::sample_hello(), channel::test::sample_welcome()};
  net::Limits limits;
  channel::test::SeededRandom host_random{1};
  channel::test::SeededRandom pi_random{2};
  channel::HostSession host{"laptop", host_random};
  net::Conversation pi{facts, limits, pi_random};

  void pump() {
    for (int round = 0; round < 4; ++round) {
      pi.receive(host.take_output());
      host.receive(pi.take_output());
    }
  }
  void drain() {
    while (pi.next_report()) {
    }
    while (host.next_event()) {
    }
  }
  void to_pin_question() {
    pump();
    pi.use_code(kCode);
    pump();
    REQUIRE(host.enter_code(kCode));
    pump();
    pi.release_share();
    pump();
    REQUIRE(host.request_token(channel::test::sample_request()));
    pump();
    REQUIRE(pi.step() == net::Step::token);
    roles::TokenReport question;
    question.news = channel::TokenNews::pin_wanted;
    pi.tell(question);
    pump();
    drain();
  }
  void type_pin() {
    channel::PinTyped typed;
    typed.pin.assign(kPin.begin(), kPin.end());
    REQUIRE(host.pin(std::move(typed)));
    pump();
  }
};

}  // namespace

TEST_CASE("a PIN leaves nothing behind in latchkey-net") {
  latchkey::test::watch_freed_memory(kPin);
  {
    Pairing pairing;
    pairing.to_pin_question();
    pairing.type_pin();
    SUBCASE("when the monitor gets it") {
      auto report = pairing.pi.next_report();
      REQUIRE(report.has_value());
      const auto* arrived = std::get_if<roles::PinArrived>(&*report);
      REQUIRE(arrived != nullptr);
      CHECK(std::ranges::equal(arrived->pin.view(), kPin));
      net::wipe(*report);
      CHECK(std::ranges::all_of(arrived->pin.data, [](auto byte) { return byte == 0; }));
    }
    SUBCASE("when the peer is gone before") {}
  }
  CHECK(latchkey::test::blocks_with_secret() == 0);
  latchkey::test::watch_freed_memory({});
}
