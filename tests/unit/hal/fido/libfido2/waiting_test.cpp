// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include "tests/unit/hal/fido/libfido2/bench.hpp"
#include "tests/unit/hal/fido/libfido2/requests.hpp"

using namespace latchkey;
using namespace latchkey::fido::sim;
using test::Bench;
using test::get;
using test::make;
using test::model;

TEST_CASE("Who declines to touch is told apart from who is not there") {
  Bench bench;
  const auto device = bench.open();
  const auto made = make(device.get());
  const Instant before = bench.now();
  bench.reply = Reply::no;
  CHECK(make(device.get()).error == FIDO_ERR_OPERATION_DENIED);
  CHECK(get(device.get(), {.allow = {made.id()}}).error == FIDO_ERR_OPERATION_DENIED);
  CHECK(bench.now() - before < Millis(1'000));
  CHECK(bench.history().timed_out == 0);

  bench.reply = Reply::never;
  CHECK(make(device.get()).error == FIDO_ERR_USER_ACTION_TIMEOUT);
  CHECK(bench.history().timed_out == 1);
  CHECK(bench.history().touches_given == 1);
}

TEST_CASE("A key waits thirty seconds for a touch, to the keep-alive") {
  Bench bench;
  const auto device = bench.open();
  bench.reply = Reply::never;
  const Instant before = bench.now();
  CHECK(make(device.get()).error == FIDO_ERR_USER_ACTION_TIMEOUT);
  CHECK(bench.now() - before >= Millis(30'000));
  CHECK(bench.now() - before <= Millis(30'100));
}

TEST_CASE("A touch just before the end is a touch, one just after it is not") {
  const auto touched_after = [](Millis delay) {
    Bench bench;
    const auto device = bench.open();
    bench.reply = Reply::never;
    bench.after(delay, [&] { bench.reply = Reply::yes; });
    return make(device.get()).error;
  };
  CHECK(touched_after(Millis(29'800)) == FIDO_OK);
  CHECK(touched_after(Millis(30'100)) == FIDO_ERR_USER_ACTION_TIMEOUT);
}

TEST_CASE("A touch in the middle of the wait is answered within a keep-alive") {
  Bench bench;
  const auto device = bench.open();
  bench.reply = Reply::never;
  const Instant before = bench.now();
  bench.after(Millis(7'000), [&] { bench.reply = Reply::yes; });
  CHECK(make(device.get()).error == FIDO_OK);
  CHECK(bench.now() - before >= Millis(7'000));
  CHECK(bench.now() - before <= Millis(7'200));
}

TEST_CASE("Cancelling from elsewhere ends the wait, and the key goes on") {
  Bench bench;
  const auto device = bench.open();
  const auto made = make(device.get());
  bench.reply = Reply::never;
  bench.after(Millis(2'000), [&] { CHECK(fido_dev_cancel(device.get()) == FIDO_OK); });
  Instant before = bench.now();
  CHECK(make(device.get()).error == FIDO_ERR_KEEPALIVE_CANCEL);
  CHECK(bench.now() - before <= Millis(2'200));
  bench.after(Millis(2'000), [&] { CHECK(fido_dev_cancel(device.get()) == FIDO_OK); });
  before = bench.now();
  CHECK(get(device.get(), {.allow = {made.id()}}).error == FIDO_ERR_KEEPALIVE_CANCEL);
  CHECK(bench.now() - before <= Millis(2'200));
  CHECK(bench.history().cancelled == 2);
  bench.reply = Reply::yes;
  CHECK(make(device.get()).error == FIDO_OK);
}

TEST_CASE("Cancelling when nothing is going on changes nothing") {
  Bench bench;
  const auto device = bench.open();
  CHECK(fido_dev_cancel(device.get()) == FIDO_OK);
  CHECK(make(device.get()).error == FIDO_OK);
  CHECK(bench.history().cancelled == 0);
}

TEST_CASE("libfido2's own timeout ends a wait in virtual time") {
  Bench bench;
  const auto device = bench.open(Millis(5'000));
  bench.reply = Reply::never;
  const Instant before = bench.now();
  CHECK(make(device.get()).error == FIDO_ERR_RX);
  CHECK(bench.now() - before == Millis(5'000));
}

TEST_CASE("Two keys are told apart by a touch") {
  Bench left;
  Bench right;
  const auto first = left.open();
  const auto second = right.open();
  left.reply = Reply::never;
  right.reply = Reply::never;
  REQUIRE(fido_dev_get_touch_begin(first.get()) == FIDO_OK);
  REQUIRE(fido_dev_get_touch_begin(second.get()) == FIDO_OK);
  int touched = -1;
  for (int poll = 0; poll < 10; ++poll) {
    REQUIRE(fido_dev_get_touch_status(first.get(), &touched, 50) == FIDO_OK);
    CHECK(touched == 0);
    REQUIRE(fido_dev_get_touch_status(second.get(), &touched, 50) == FIDO_OK);
    CHECK(touched == 0);
  }
  right.reply = Reply::yes;
  int polls = 0;
  while (touched == 0 && polls < 10) {
    REQUIRE(fido_dev_get_touch_status(second.get(), &touched, 50) == FIDO_OK);
    ++polls;
  }
  CHECK(touched == 1);
  REQUIRE(fido_dev_get_touch_status(first.get(), &touched, 50) == FIDO_OK);
  CHECK(touched == 0);
  CHECK(fido_dev_cancel(first.get()) == FIDO_OK);
}

TEST_CASE("A read of a key that has nothing to say ends, with and without a timeout") {
  Bench bench;
  const auto stream = bench.open_stream();
  Instant before = bench.now();
  CHECK_FALSE(stream->read(std::nullopt).has_value());
  CHECK(bench.now() == before);
  CHECK_FALSE(stream->read(Millis(250)).has_value());
  CHECK(bench.now() - before == Millis(250));
  before = bench.now();
  CHECK_FALSE(stream->read(Millis(0)).has_value());
  CHECK(bench.now() == before);
}
