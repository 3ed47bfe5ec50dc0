// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <string>

#include "tests/unit/hal/fido/key/key_bench.hpp"

using namespace latchkey;
using namespace latchkey::fido;
using namespace latchkey::fido::sim;
using test::KeyBench;
using test::model;
using test::request;
using test::trouble;

TEST_CASE("Of two keys, the one that is touched is chosen, and both go on") {
  KeyBench left;
  KeyBench right;
  const auto first = left.open();
  const auto second = right.open();
  left.bench.reply = Reply::never;
  right.bench.reply = Reply::never;
  REQUIRE(first->begin_touch().has_value());
  REQUIRE(second->begin_touch().has_value());
  for (int poll = 0; poll < 10; ++poll) {
    CHECK(first->touched(Millis(50)) == false);
    CHECK(second->touched(Millis(50)) == false);
  }
  right.bench.reply = Reply::yes;
  bool touched = false;
  for (int poll = 0; poll < 10 && !touched; ++poll) {
    touched = second->touched(Millis(50)).value();
    CHECK(first->touched(Millis(50)) == false);
  }
  CHECK(touched);
  first->end_touch();
  second->end_touch();
  CHECK(left.bench.history().cancelled == 1);
  left.bench.reply = Reply::yes;
  CHECK(first->make(request(), nullptr).has_value());
  CHECK(second->make(request(), nullptr).has_value());
}

TEST_CASE("A key of any model can be chosen, and choosing makes nothing and costs no PIN try") {
  for (const auto& made_as : models()) {
    CAPTURE(made_as.name);
    KeyBench bench(made_as);
    if (made_as.client_pin) bench.set_pin();
    const auto key = bench.open();
    REQUIRE(key->begin_touch().has_value());
    bool touched = false;
    for (int poll = 0; poll < 10 && !touched; ++poll) {
      touched = key->touched(Millis(300)).value();
    }
    CHECK(touched);
    key->end_touch();
    CHECK(bench.bench.state().credentials.empty());
    CHECK(bench.bench.state().pin_tries == kPinTries);
    CHECK(bench.bench.history().pin_tries == 0);
  }
}

TEST_CASE("A key that is pulled out while it is chosen from is said to be, at each step") {
  unsigned chosen_from = 0;
  for (unsigned step = 0; step < 60; ++step) {
    CAPTURE(step);
    auto fleeting = model();
    fleeting.misbehaviour.disappears_at = step;
    KeyBench bench(fleeting);
    bench.bench.reply = Reply::never;
    const auto opened = bench.try_open();
    if (!opened) continue;
    std::string said(trouble((*opened)->begin_touch()));
    for (int poll = 0; poll < 60 && said == test::kNone; ++poll) {
      ++chosen_from;
      said = trouble((*opened)->touched(Millis(200)));
    }
    CHECK(said == "removed");
  }
  CHECK(chosen_from > 0);
}

TEST_CASE("Choosing can be interrupted, and ends when the key has waited long enough") {
  KeyBench bench;
  const auto key = bench.open();
  bench.bench.reply = Reply::never;
  REQUIRE(key->begin_touch().has_value());
  bench.interrupt();
  CHECK(trouble(key->touched(Millis(1'000))) == "cancelled");
  bench.calm();
  key->end_touch();
  CHECK(bench.bench.key().waiting_for() == nullptr);

  REQUIRE(key->begin_touch().has_value());
  CHECK(trouble(key->touched(Millis(40'000))) == "timed-out");
  bench.bench.reply = Reply::no;
  REQUIRE(key->begin_touch().has_value());
  CHECK(trouble(key->touched(Millis(1'000))) == "declined");
}
