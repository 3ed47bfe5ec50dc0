// SPDX-License-Identifier: MIT
#include "core/crypto/random.hpp"

#include <doctest/doctest.h>

#include <array>
#include <set>

using namespace latchkey;

TEST_CASE("the system's randomness does not repeat itself") {
  crypto::SystemRandom random;
  std::set<std::array<std::uint8_t, 16>> seen;
  for (int i = 0; i < 1000; ++i) {
    std::array<std::uint8_t, 16> draw{};
    REQUIRE(random.fill(draw));
    CHECK(seen.insert(draw).second);
  }
}

TEST_CASE("it fills all of a large buffer, and has nothing to do for an empty one") {
  crypto::SystemRandom random;
  Bytes large(1 << 16);
  REQUIRE(random.fill(large));
  std::set<std::uint8_t> values(large.end() - 4096, large.end());
  CHECK(values.size() > 200);
  CHECK(random.fill({}));
}
