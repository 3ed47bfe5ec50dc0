// SPDX-License-Identifier: MIT
#pragma once

#include <doctest/doctest.h>

#include "hal/fido/sim/device/state.hpp"
#include "tests/unit/pairing/seeded_random.hpp"

namespace latchkey::test {

/// A key that has never been used, with certificates that are none.
inline fido::sim::State factory_fresh() {
  SeededRandom random(1);
  auto key = fido::sim::SigningKey::generate(fido::sim::SigningKey::Kind::p256, random);
  REQUIRE(key.has_value());
  fido::sim::State state{.factory = {std::move(*key), {{1}, {2}, {3}}}};
  REQUIRE(fido::sim::reset(state, random).has_value());
  return state;
}

}  // namespace latchkey::test
