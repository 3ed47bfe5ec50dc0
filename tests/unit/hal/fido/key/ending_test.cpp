// SPDX-License-Identifier: MIT
// How waiting ends: by the key, by its going, by ours, by time.
#include <doctest/doctest.h>

#include <string>

#include "tests/unit/hal/fido/key/key_bench.hpp"

using namespace latchkey;
using namespace latchkey::fido;
using namespace latchkey::fido::sim;
using test::KeyBench;
using test::kNone;
using test::model;
using test::pin;
using test::request;
using test::trouble;

namespace {

const ByteView kMessage = as_bytes("a message");
constexpr unsigned kEnough = 400;  ///< reports: more than any attempt takes

Model vanishing(unsigned after) {
  auto made = model();
  made.misbehaviour.disappears_at = after;
  return made;
}

Model endless() {
  auto made = model();
  made.misbehaviour.endless_keepalive = true;
  return made;
}

}  // namespace

TEST_CASE("A key that is pulled out while it makes a key is said to be, at each step") {
  const auto given = pin();
  for (const bool resident : {false, true}) {
    CAPTURE(resident);
    unsigned step = 0;
    for (; step < kEnough; ++step) {
      CAPTURE(step);
      KeyBench bench;
      if (resident) bench.set_pin();
      bench.bench.plug_as(vanishing(step));
      auto wanted = request();
      wanted.resident = resident;
      const auto opened = bench.try_open();
      if (!opened) {
        CHECK(trouble(opened) == "removed");
        continue;
      }
      const auto made = (*opened)->make(wanted, resident ? &given : nullptr);
      CHECK(bench.bench.history().wrong_pins == 0);
      if (made) break;
      CHECK(trouble(made) == "removed");
      CHECK(bench.bench.state().credentials.size() <= 1);
      // Nor does it come back.
      CHECK(trouble((*opened)->make(request(), nullptr)) == "removed");
    }
    CHECK(step > 8);
    CHECK(step < kEnough);
  }
}

TEST_CASE("A key that is pulled out while it makes a key by U2F is said to be, at each step") {
  auto wanted = request(Algorithm::ecdsa_p256);
  wanted.as_u2f = true;
  unsigned step = 0;
  for (; step < kEnough; ++step) {
    CAPTURE(step);
    KeyBench bench(vanishing(step));
    const auto opened = bench.try_open();
    if (!opened) continue;
    const auto made = (*opened)->make(wanted, nullptr);
    if (made) break;
    CHECK(trouble(made) == "removed");
  }
  CHECK(step > 8);
  CHECK(step < kEnough);
}

TEST_CASE("A CTAP2 key that nobody touches is given up by U2F too, and is itself again") {
  auto wanted = request(Algorithm::ecdsa_p256);
  wanted.as_u2f = true;
  KeyBench bench;
  bench.patience.person = Millis(150);
  const auto key = bench.open();
  bench.bench.reply = Reply::never;
  CHECK(trouble(key->make(wanted, nullptr)) == "timed-out");
  bench.bench.after(Millis(1), [&] { bench.interrupt(); });
  CHECK(trouble(key->make(wanted, nullptr)) == "cancelled");
  bench.calm();
  bench.bench.reply = Reply::yes;
  CHECK(key->make(request(), nullptr).has_value());
}

TEST_CASE("A key that is pulled out while it signs is said to be, at each step") {
  const auto given = pin();
  for (const bool verify : {false, true}) {
    CAPTURE(verify);
    KeyBench bench;
    bench.set_pin();
    const auto handle = bench.open()->make(request(), nullptr)->handle;
    unsigned step = 0;
    for (; step < kEnough; ++step) {
      CAPTURE(step);
      bench.bench.plug_as(vanishing(step));
      const auto opened = bench.try_open();
      if (!opened) {
        CHECK(trouble(opened) == "removed");
        continue;
      }
      const auto made =
          (*opened)->sign("ssh:", handle, kMessage, verify, verify ? &given : nullptr);
      CHECK(bench.bench.state().pin_tries == kPinTries);
      if (made) break;
      CHECK(trouble(made) == "removed");
    }
    CHECK(step > 8);
    CHECK(step < kEnough);
  }
}

TEST_CASE("A key that is pulled out while it lists its resident keys is said to be, at each step") {
  KeyBench bench;
  bench.set_pin();
  const auto given = pin();
  auto wanted = request();
  wanted.resident = true;
  REQUIRE(bench.open()->make(wanted, &given).has_value());
  unsigned step = 0;
  for (; step < kEnough; ++step) {
    CAPTURE(step);
    bench.bench.plug_as(vanishing(step));
    const auto opened = bench.try_open();
    if (!opened) continue;
    const auto found = (*opened)->residents(given);
    if (found) break;
    CHECK(trouble(found) == "removed");
  }
  CHECK(step > 8);
  CHECK(step < kEnough);
}

TEST_CASE("Endless keep-alives end: after a minute with a touch, after ten seconds without") {
  KeyBench bench;
  bench.set_pin();
  const auto handle = bench.open()->make(request(), nullptr)->handle;
  const auto given = pin();
  const auto check = [&](Millis limit, std::string_view said, auto call) {
    CAPTURE(said);
    bench.bench.plug_as(endless());
    const auto key = bench.open();
    const Instant before = bench.bench.now();
    CHECK(trouble(call(*key)) == said);
    CHECK(bench.bench.now() - before >= limit);
    CHECK(bench.bench.now() - before <= limit + Millis(1'000));
    CHECK(bench.bench.state().pin_tries == kPinTries);
    // Nor can it do anything else: it is busy, and says so to libfido2 alone.
    CHECK_FALSE(key->owns("ssh:", handle, nullptr).has_value());
  };
  const Millis touch(60'000);
  const Millis step(10'000);
  check(touch, "timed-out", [&](auto& key) { return key.make(request(), nullptr); });
  check(touch, "timed-out", [&](auto& key) { return key.make(request(), &given); });
  check(step, "failed", [&](auto& key) { return key.owns("ssh:", handle, nullptr); });
  check(step, "failed",
        [&](auto& key) { return key.sign("ssh:", handle, kMessage, false, nullptr); });
  check(step, "failed", [&](auto& key) { return key.residents(given); });
  check(step, "failed", [&](auto& key) { return key.remove_resident(handle, given); });
  check(step, "failed", [&](auto& key) { return key.pin_tries(); });
}

TEST_CASE("A key that never says what it can does not open, within ten seconds") {
  auto mute = endless();
  mute.misbehaviour.spares_get_info = false;
  KeyBench bench(mute);
  const Instant before = bench.bench.now();
  CHECK(trouble(bench.try_open()) == "failed");
  CHECK(bench.bench.now() - before <= Millis(11'000));
}

TEST_CASE("A key that stops blinking after its own time was not touched in time") {
  KeyBench bench;
  const auto key = bench.open();
  bench.bench.reply = Reply::never;
  const Instant before = bench.bench.now();
  CHECK(trouble(key->make(request(), nullptr)) == "timed-out");
  CHECK(bench.bench.now() - before <= Millis(30'200));
  CHECK(bench.bench.history().timed_out == 1);
  bench.bench.reply = Reply::yes;
  CHECK(key->make(request(), nullptr).has_value());
}

TEST_CASE("Our patience can be shorter than the key's: it stops blinking") {
  KeyBench bench;
  bench.patience.person = Millis(5'000);
  const auto key = bench.open();
  bench.bench.reply = Reply::never;
  CHECK(trouble(key->make(request(), nullptr)) == "timed-out");
  bench.bench.reply = Reply::yes;
  // The answer to what was given up is not taken for that to what comes next.
  const auto made = key->make(request(), nullptr);
  REQUIRE(made.has_value());
  CHECK(bench.bench.history().cancelled == 1);
  CHECK(key->owns("ssh:", made->handle, nullptr) == true);
}

TEST_CASE("An interrupt in the middle of a touch cancels it at the key") {
  KeyBench bench;
  const auto key = bench.open();
  const auto made = key->make(request(), nullptr);
  REQUIRE(made.has_value());
  bench.bench.reply = Reply::never;
  for (const bool signing : {false, true}) {
    CAPTURE(signing);
    bench.bench.after(Millis(2'000), [&] { bench.interrupt(); });
    const Instant before = bench.bench.now();
    if (signing) {
      CHECK(trouble(key->sign("ssh:", made->handle, kMessage, false, nullptr)) == "cancelled");
    } else {
      CHECK(trouble(key->make(request(), nullptr)) == "cancelled");
    }
    CHECK(bench.bench.now() - before <= Millis(2'500));
    CHECK(bench.bench.key().waiting_for() == nullptr);
    bench.calm();
  }
  CHECK(bench.bench.history().cancelled == 2);
  bench.bench.reply = Reply::yes;
  CHECK(key->make(request(), nullptr).has_value());
}

TEST_CASE("While the interrupt is there, nothing is begun") {
  KeyBench bench;
  bench.set_pin();
  const auto key = bench.open();
  const auto events = bench.bench.history().events.size();
  bench.interrupt();
  CHECK(trouble(key->make(request(), nullptr)) == "cancelled");
  CHECK(trouble(key->owns("ssh:", Bytes(8, 1), nullptr)) == "cancelled");
  CHECK(trouble(key->residents(pin())) == "cancelled");
  CHECK(trouble(key->pin_tries()) == "cancelled");
  CHECK(trouble(key->begin_touch()) == "cancelled");
  CHECK(bench.bench.history().events.size() == events);
  CHECK(bench.bench.state().pin_tries == kPinTries);
  CHECK(trouble(bench.try_open()) == "cancelled");
  bench.calm();
  CHECK(key->make(request(), nullptr).has_value());
}

TEST_CASE("A U2F key that nobody touches is given up, and can be interrupted") {
  KeyBench bench(model("u2f-only"));
  bench.patience.person = Millis(150);  // libfido2 sleeps between its questions, in real time
  const auto key = bench.open();
  bench.bench.reply = Reply::never;
  CHECK(trouble(key->make(request(Algorithm::ecdsa_p256), nullptr)) == "timed-out");
  bench.bench.after(Millis(1), [&] { bench.interrupt(); });
  CHECK(trouble(key->make(request(Algorithm::ecdsa_p256), nullptr)) == "cancelled");
  bench.calm();
  bench.bench.reply = Reply::yes;
  CHECK(key->make(request(Algorithm::ecdsa_p256), nullptr).has_value());
}
