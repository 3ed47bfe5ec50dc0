// SPDX-License-Identifier: MIT
#include "firmware/token/rhythm.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace latchkey;
using namespace latchkey::token;

namespace {

constexpr Millis kCalm{900};

/// All pauses until it is calm.
std::vector<Millis> pauses(Rhythm& rhythm, Millis calm = kCalm) {
  constexpr std::size_t kMost = 1000;
  std::vector<Millis> all;
  for (auto pause = rhythm.after_look(); pause != calm; pause = rhythm.after_look()) {
    all.push_back(pause);
    REQUIRE(all.size() < kMost);
  }
  return all;
}

}  // namespace

TEST_CASE("it looks quickly, then slowly, then calmly until it is stirred") {
  const std::vector expected{Millis(5), Millis(5), Millis(5), Millis(40), Millis(40)};
  Rhythm rhythm({Millis(5), 3, Millis(40), 2, kCalm});
  CHECK(pauses(rhythm) == expected);
  for (int i = 0; i < 100; ++i) CHECK(rhythm.after_look() == kCalm);
  rhythm.stir();
  CHECK(pauses(rhythm) == expected);
}

TEST_CASE("whatever is plugged in during the quick time makes it begin anew") {
  Rhythm rhythm({Millis(5), 3, Millis(40), 0, kCalm});
  (void)rhythm.after_look();
  (void)rhythm.after_look();
  rhythm.stir();
  CHECK(pauses(rhythm).size() == 3);
}

TEST_CASE("a node is seen within 300 ms of its event, a few seconds after its USB device's") {
  constexpr Millis kLeftForTheRest{100};  // opening it, telling the monitor
  Rhythm rhythm;
  Millis watched{};
  for (const auto pause : pauses(rhythm, Pace{}.calm)) {
    if (watched < Millis(3000)) CHECK(pause + kLeftForTheRest <= Millis(300));
    watched += pause;
  }
  CHECK(watched >= Millis(5000));
  CHECK(watched <= Millis(10'000));
  CHECK(Pace{}.calm == Millis(1000));  // and what nobody tells is seen a second later
}
