// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include "hal/fido/sim/ctaphid/spoil.hpp"
#include "tests/unit/hal/fido/ctaphid/bench.hpp"

using namespace latchkey;
using namespace latchkey::fido;
using namespace latchkey::fido::sim;
using namespace latchkey::fido::sim::bench;

namespace {

using Length = Misbehaviour::Length;

const Bytes kGetInfo{ScriptedAuthenticator::kGetInfo};
const Bytes kTouch{ScriptedAuthenticator::kTouch, 0xA0};
const Bytes kNonce(8, 0x55);
const Bytes kApdu{1, 2, 3};

Model with(Misbehaviour misbehaviour) { return Model{.misbehaviour = misbehaviour}; }

/// The first report of the answer to a message.
std::string first(Bench& bench, HidCommand command, const Bytes& message) {
  const auto channel = bench.open();
  bench.authenticator.reply = Reply::yes;
  bench.send(channel, command, message);
  return text(bench.key.give());
}

}  // namespace

TEST_CASE("a key without faults leaves answers as they are") {
  const auto message = spoil({1, HidCommand::cbor, Bytes(100, 0xAA), {}}, {});
  CHECK(message.channel == 1);
  CHECK(message.payload == Bytes(100, 0xAA));
  CHECK(!message.announced);
}

TEST_CASE("an endless command says that it is at work, for ever") {
  Bench bench(with({.endless_keepalive = true}));
  const auto channel = bench.open();
  bench.authenticator.reply = Reply::yes;
  bench.send(channel, HidCommand::cbor, kTouch);
  for (int i = 0; i < 1000; ++i) {
    bench.pass(Millis(100));
    REQUIRE(bench.receive_all() == std::vector{Received{channel, HidCommand::keepalive, {1}}});
  }
  bench.send(channel, HidCommand::cancel);
  CHECK(!bench.receive());
  CHECK(bench.key.wakes_at());
  CHECK(bench.key.waiting_for() == nullptr);
  CHECK(bench.authenticator.messages.empty());
  CHECK(bench.call(channel, HidCommand::init, kNonce)->command == HidCommand::init);
  CHECK(!bench.key.wakes_at());
  CHECK(bench.authenticator.endings.empty());
}

TEST_CASE("an endless key still answers getInfo, unless told not to") {
  Bench spared(with({.endless_keepalive = true}));
  CHECK(first(spared, HidCommand::cbor, kGetInfo) == "0102030490000600a101816178");
  Bench not_spared(with({.endless_keepalive = true, .spares_get_info = false}));
  CHECK(first(not_spared, HidCommand::cbor, kGetInfo) == "none");
  CHECK(not_spared.key.wakes_at());
}

TEST_CASE("a length that is too short is half of the truth") {
  Bench bench(with({.announced = Length::too_short}));
  CHECK(first(bench, HidCommand::cbor, kTouch) == "0102030490000200a10102");
  CHECK(first(bench, HidCommand::msg, kApdu) == "0506070883000203020190");
  CHECK(first(bench, HidCommand::cbor, kGetInfo) == "090a0b0c90000600a101816178");
}

TEST_CASE("a length that is too long promises one report more") {
  Bench bench(with({.announced = Length::too_long}));
  CHECK(first(bench, HidCommand::cbor, kTouch) == "0102030490003f00a10102");
  CHECK(!bench.key.give());
}

TEST_CASE("bad CBOR is cut in the middle and keeps its status") {
  Bench bench(with({.bad_cbor = true}));
  CHECK(first(bench, HidCommand::cbor, kTouch) == "0102030490000200a1");
  CHECK(first(bench, HidCommand::msg, kApdu) == "0506070883000503020190");
  CHECK(first(bench, HidCommand::cbor, {0x7E}) == "090a0b0c90000101");
  Bench not_spared(with({.bad_cbor = true, .spares_get_info = false}));
  CHECK(first(not_spared, HidCommand::cbor, kGetInfo) == "0102030490000300a101");
}

TEST_CASE("answers on the wrong channel are of nobody") {
  Bench bench(with({.wrong_channel = true}));
  CHECK(first(bench, HidCommand::cbor, kTouch) == "fefdfcfb90000400a10102");
  CHECK(first(bench, HidCommand::cbor, kGetInfo) == "0506070890000600a101816178");
}

TEST_CASE("a faulty wire still opens channels and answers PING") {
  Bench bench(with({.announced = Length::too_long, .bad_cbor = true, .wrong_channel = true}));
  const auto channel = bench.open();
  CHECK(bench.call(channel, HidCommand::ping, Bytes(100)) ==
        Received{channel, HidCommand::ping, Bytes(100)});
  CHECK(bench.call(channel, HidCommand::wink) == Received{channel, HidCommand::wink, {}});
}

TEST_CASE("a key disappears after as many reports as it was told") {
  for (unsigned reports = 0; reports <= 6; ++reports) {
    CAPTURE(reports);
    Bench bench(with({.disappears_at = reports}));
    const Report init = report("ffffffff 86 0008 0102030405060708");
    unsigned passed = 0;
    for (int i = 0; i < 3; ++i) {
      bench.send(init);
      passed += passed < reports ? 1 : 0;
      CHECK(bench.key.gone() == (passed == reports));
      if (bench.key.give()) ++passed;
      CHECK(bench.key.gone() == (passed == reports));
    }
    CHECK(passed == reports);
  }
}

TEST_CASE("a key that has disappeared waits for nobody") {
  Bench bench(with({.disappears_at = 3}));
  const auto channel = bench.open();
  bench.send(channel, HidCommand::cbor, kTouch);
  CHECK(bench.key.gone());
  CHECK(bench.key.waiting_for() == nullptr);
  CHECK(!bench.key.wakes_at());
  bench.key.wake(bench.now + Millis(60'000));
  CHECK(!bench.key.give());
}
