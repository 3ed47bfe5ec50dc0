// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include "tests/unit/hal/fido/ctaphid/bench.hpp"

using namespace latchkey;
using namespace latchkey::fido::sim;
using namespace latchkey::fido::sim::bench;

namespace {

const Bytes kTouch{ScriptedAuthenticator::kTouch, 0xA0};
const Bytes kNonce(8, 0x55);

Received cbor(ChannelId channel, Status status) {
  return {channel, HidCommand::cbor, answer(status)};
}

Received keepalive(ChannelId channel, std::uint8_t status = 2) {
  return {channel, HidCommand::keepalive, {status}};
}

}  // namespace

TEST_CASE("a person who answers at once is not waited for") {
  Bench bench;
  const auto channel = bench.open();
  bench.authenticator.reply = Reply::yes;
  CHECK(bench.call(channel, HidCommand::cbor, kTouch) ==
        Received{channel, HidCommand::cbor, touched()});
  CHECK(!bench.receive());
  CHECK(bench.authenticator.asked == 1);
  CHECK(bench.authenticator.endings == std::vector{Status::ok});
}

// A real key's is in fuzz/wiredata_fido2.h of libfido2 1.12: channel, bb, 0001, 02.
TEST_CASE("who waits for a person says so every 100 milliseconds") {
  Bench bench;
  const auto channel = bench.open();
  bench.send(channel, HidCommand::cbor, kTouch);
  REQUIRE(bench.key.waiting_for() != nullptr);
  CHECK(bench.key.waiting_for()->gesture == Gesture::touch);
  CHECK(bench.key.waiting_for()->rp_id == "ssh:");
  bench.pass(Millis(99));
  CHECK(text(bench.key.give()) == "none");
  bench.pass(Millis(1));
  CHECK(text(bench.key.give()) == "01020304bb000102");
  CHECK(bench.key.wakes_at() == bench.now + Millis(100));
  bench.pass(Millis(100));
  CHECK(text(bench.key.give()) == "01020304bb000102");
}

TEST_CASE("the model says how often") {
  Bench bench(Model{.keepalive = Millis(7)});
  const auto channel = bench.open();
  bench.send(channel, HidCommand::cbor, kTouch);
  bench.pass(Millis(6));
  CHECK(!bench.receive());
  bench.pass(Millis(1));
  CHECK(bench.receive() == keepalive(channel));
}

TEST_CASE("a keep-alive interval of nothing does not hang") {
  Bench bench(Model{.keepalive = Millis(0)});
  const auto channel = bench.open();
  bench.send(channel, HidCommand::cbor, kTouch);
  bench.pass(Millis(30'000));
  CHECK(bench.receive() == keepalive(channel));
  CHECK(bench.receive() == cbor(channel, Status::user_action_timeout));
}

TEST_CASE("the fingerprint reader is waited for in the same way") {
  Bench bench;
  const auto channel = bench.open();
  bench.send(channel, HidCommand::cbor, Bytes{ScriptedAuthenticator::kFinger});
  REQUIRE(bench.key.waiting_for() != nullptr);
  CHECK(bench.key.waiting_for()->gesture == Gesture::verification);
  bench.authenticator.reply = Reply::yes;
  bench.key.wake(bench.now);
  CHECK(bench.receive() == Received{channel, HidCommand::cbor, touched()});
}

TEST_CASE("the person is asked again at each keep-alive") {
  Bench bench;
  const auto channel = bench.open();
  bench.authenticator.yes_after = 3;
  bench.send(channel, HidCommand::cbor, kTouch);
  bench.pass(Millis(1000));
  CHECK(bench.receive_all() ==
        std::vector<Received>{keepalive(channel), {channel, HidCommand::cbor, touched()}});
  CHECK(bench.authenticator.asked == 3);
  CHECK(!bench.key.wakes_at());
  CHECK(bench.key.waiting_for() == nullptr);
}

TEST_CASE("a key that is woken early asks the person and keeps its rhythm") {
  Bench bench;
  const auto channel = bench.open();
  bench.send(channel, HidCommand::cbor, kTouch);
  bench.now += Millis(50);
  bench.key.wake(bench.now);
  CHECK(!bench.receive());
  CHECK(bench.key.wakes_at() == bench.now + Millis(50));
  bench.authenticator.reply = Reply::yes;
  bench.key.wake(bench.now);
  CHECK(bench.receive() == Received{channel, HidCommand::cbor, touched()});
}

TEST_CASE("a key that is woken late sends one keep-alive and keeps its rhythm") {
  Bench bench;
  const auto channel = bench.open();
  bench.send(channel, HidCommand::cbor, kTouch);
  bench.now += Millis(1250);
  bench.key.wake(bench.now);
  CHECK(bench.receive_all() == std::vector{keepalive(channel)});
  CHECK(bench.key.wakes_at() == bench.now + Millis(50));
}

TEST_CASE("a person who declines is passed on") {
  Bench bench;
  const auto channel = bench.open();
  bench.authenticator.reply = Reply::no;
  CHECK(bench.call(channel, HidCommand::cbor, kTouch) == cbor(channel, Status::operation_denied));
  CHECK(bench.authenticator.endings == std::vector{Status::operation_denied});
}

TEST_CASE("a touch one millisecond before the timeout counts") {
  Bench bench;
  const auto channel = bench.open();
  bench.send(channel, HidCommand::cbor, kTouch);
  bench.pass(Millis(29'999));
  bench.authenticator.reply = Reply::yes;
  bench.key.wake(bench.now);
  CHECK(bench.receive() == keepalive(channel));
  CHECK(bench.receive() == Received{channel, HidCommand::cbor, touched()});
}

TEST_CASE("a touch at the timeout is too late") {
  for (const auto late : {Millis(30'000), Millis(30'001), Millis(90'000)}) {
    Bench bench;
    const auto channel = bench.open();
    bench.send(channel, HidCommand::cbor, kTouch);
    bench.pass(Millis(29'999));
    bench.authenticator.reply = Reply::yes;
    bench.now += late - Millis(29'999);
    bench.key.wake(bench.now);
    CHECK(bench.receive_all() ==
          std::vector{keepalive(channel), cbor(channel, Status::user_action_timeout)});
    CHECK(bench.authenticator.endings == std::vector{Status::user_action_timeout});
    CHECK(bench.authenticator.ended_at == std::vector{bench.now});
    CHECK(!bench.key.wakes_at());
  }
}

TEST_CASE("the model says how long a person is waited for") {
  Bench bench(Model{.touch_timeout = Millis(150)});
  const auto channel = bench.open();
  bench.send(channel, HidCommand::cbor, kTouch);
  bench.pass(Millis(149));
  CHECK(bench.receive_all() == std::vector{keepalive(channel)});
  bench.pass(Millis(1));
  CHECK(bench.receive_all() == std::vector{cbor(channel, Status::user_action_timeout)});
}

TEST_CASE("a report that comes after the timeout finds the key free") {
  Bench bench;
  const auto channel = bench.open();
  bench.send(channel, HidCommand::cbor, kTouch);
  bench.now += Millis(30'000);
  bench.send(channel, HidCommand::ping, Bytes(1));
  CHECK(bench.receive() == cbor(channel, Status::user_action_timeout));
  CHECK(bench.receive() == Received{channel, HidCommand::ping, Bytes(1)});
}

TEST_CASE("CANCEL ends the wait, and is not answered itself") {
  Bench bench;
  const auto channel = bench.open();
  bench.send(channel, HidCommand::cbor, kTouch);
  bench.send(channel, HidCommand::cancel);
  CHECK(bench.receive_all() == std::vector{cbor(channel, Status::keepalive_cancel)});
  CHECK(bench.authenticator.endings == std::vector{Status::keepalive_cancel});
  CHECK(!bench.key.wakes_at());
  bench.send(channel, HidCommand::cancel);
  CHECK(!bench.receive());
}

TEST_CASE("CANCEL of somebody else changes nothing") {
  Bench bench;
  const auto channel = bench.open();
  const auto other = bench.open();
  bench.send(channel, HidCommand::cbor, kTouch);
  for (const auto who : {other, kBroadcast, ChannelId{0}}) bench.send(who, HidCommand::cancel);
  CHECK(!bench.receive());
  CHECK(bench.key.waiting_for() != nullptr);
}

TEST_CASE("INIT on the channel ends the wait without an answer") {
  Bench bench;
  const auto channel = bench.open();
  bench.send(channel, HidCommand::cbor, kTouch);
  bench.pass(Millis(100));
  CHECK(bench.call(channel, HidCommand::init, kNonce)->command == HidCommand::init);
  CHECK(bench.authenticator.endings == std::vector{Status::keepalive_cancel});
  CHECK(bench.key.waiting_for() == nullptr);
  bench.pass(Millis(60'000));
  CHECK(!bench.receive());
}

TEST_CASE("while a person is waited for, everybody else is told to wait") {
  Bench bench;
  const auto channel = bench.open();
  const auto other = bench.open();
  bench.send(channel, HidCommand::cbor, kTouch);
  CHECK(bench.call(channel, HidCommand::ping) == error(channel, HidError::channel_busy));
  CHECK(bench.call(channel, HidCommand::cbor, kTouch) == error(channel, HidError::channel_busy));
  CHECK(bench.call(other, HidCommand::ping) == error(other, HidError::channel_busy));
  CHECK(bench.call(kBroadcast, HidCommand::init, kNonce) ==
        error(kBroadcast, HidError::channel_busy));
  bench.authenticator.reply = Reply::yes;
  bench.pass(Millis(100));
  CHECK(bench.receive() == Received{channel, HidCommand::cbor, touched()});
  CHECK(bench.authenticator.messages.size() == 1);
}

TEST_CASE("a client that vanished blocks the key until the timeout and no longer") {
  Bench bench;
  const auto gone = bench.open();
  bench.send(gone, HidCommand::cbor, kTouch);
  bench.pass(Millis(29'999));
  (void)bench.receive_all();
  CHECK(bench.call(kBroadcast, HidCommand::init, kNonce) ==
        error(kBroadcast, HidError::channel_busy));
  bench.pass(Millis(1));
  (void)bench.receive_all();
  const auto channel = bench.open();
  CHECK(bench.call(channel, HidCommand::ping, Bytes(3)) ==
        Received{channel, HidCommand::ping, Bytes(3)});
}
