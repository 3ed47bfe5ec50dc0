// SPDX-License-Identifier: MIT
#include "hal/fido/sim/ctaphid/ctaphid.hpp"

#include <doctest/doctest.h>

#include <numeric>

#include "tests/unit/hal/fido/ctaphid/bench.hpp"

using namespace latchkey;
using namespace latchkey::fido::sim;
using namespace latchkey::fido::sim::bench;

namespace {

const Bytes kNonce{1, 2, 3, 4, 5, 6, 7, 8};

}  // namespace

// The same exchange with a real key is at the head of fuzz/wiredata_fido2.h of libfido2 1.12:
// ffffffff 86 0011, the nonce, the channel, 02 for the protocol, three bytes of firmware version,
// and 05 for the capabilities WINK and CBOR.
TEST_CASE("INIT on the broadcast channel opens a channel") {
  Bench bench;
  bench.send(report("ffffffff 86 0008 80435640b14ed92d"));
  CHECK(text(bench.key.give()) == "ffffffff86001180435640b14ed92d010203040205040305");
  CHECK(text(bench.key.give()) == "none");
}

TEST_CASE("INIT says what the key can do") {
  const auto capabilities = [](bool cbor, bool u2f) {
    Bench bench;
    bench.authenticator.cbor_spoken = cbor;
    bench.authenticator.u2f_spoken = u2f;
    return bench.call(kBroadcast, HidCommand::init, kNonce)->payload.at(16);
  };
  CHECK(capabilities(true, true) == 0x05);    // WINK, CBOR
  CHECK(capabilities(true, false) == 0x0D);   // WINK, CBOR, NMSG
  CHECK(capabilities(false, true) == 0x01);   // WINK
  CHECK(capabilities(false, false) == 0x09);  // WINK, NMSG
}

TEST_CASE("every INIT opens another channel") {
  Bench bench;
  CHECK(bench.open() != bench.open());
}

TEST_CASE("INIT without randomness is an error") {
  Bench bench;
  bench.random.fails = true;
  CHECK(bench.call(kBroadcast, HidCommand::init, kNonce) == error(kBroadcast, HidError::other));
}

TEST_CASE("INIT on a channel keeps the channel") {
  Bench bench;
  const auto channel = bench.open();
  const auto answer = bench.call(channel, HidCommand::init, kNonce);
  REQUIRE(answer);
  CHECK(answer->channel == channel);
  CHECK(answer->payload == from_hex("0102030405060708010203040205040305").value());
}

TEST_CASE("INIT has a nonce of eight bytes") {
  Bench bench;
  for (const auto size : std::initializer_list<std::size_t>{0, 7, 9, 57, 58, 7609}) {
    CAPTURE(size);
    CHECK(bench.call(kBroadcast, HidCommand::init, Bytes(size)) ==
          error(kBroadcast, HidError::invalid_length));
    CHECK(!bench.receive());
  }
}

TEST_CASE("PING comes back, whatever its length") {
  Bench bench;
  const auto channel = bench.open();
  for (const auto size : std::initializer_list<std::size_t>{0, 1, 57, 58, 100, 1200, 7609}) {
    CAPTURE(size);
    Bytes payload(size);
    std::iota(payload.begin(), payload.end(), std::uint8_t{1});
    CHECK(bench.call(channel, HidCommand::ping, payload) ==
          Received{channel, HidCommand::ping, payload});
  }
}

TEST_CASE("a message beyond 7609 bytes is refused at its first packet") {
  Bench bench;
  const auto channel = bench.open();
  bench.send(report("01020304 81 1dba"));  // 7610
  CHECK(bench.receive() == error(channel, HidError::invalid_length));
  bench.send(report("01020304 90 ffff"));
  CHECK(bench.receive() == error(channel, HidError::invalid_length));
  CHECK(!bench.key.wakes_at());
}

TEST_CASE("WINK is answered with nothing") {
  Bench bench;
  const auto channel = bench.open();
  CHECK(bench.call(channel, HidCommand::wink) == Received{channel, HidCommand::wink, {}});
  CHECK(bench.call(channel, HidCommand::wink, Bytes(1)) ==
        error(channel, HidError::invalid_length));
}

TEST_CASE("commands that the key does not have are errors") {
  Bench bench;
  const auto channel = bench.open();
  for (const auto command :
       std::initializer_list<std::uint8_t>{0x00, 0x02, 0x04, 0x3B, 0x3F, 0x40, 0x66, 0x7F}) {
    CAPTURE(command);
    CHECK(bench.call(channel, static_cast<HidCommand>(command)) ==
          error(channel, HidError::invalid_command));
  }
}

TEST_CASE("the rest of a command that the key does not have is ignored") {
  Bench bench;
  const auto channel = bench.open();
  bench.send(channel, static_cast<HidCommand>(0x66), Bytes(300));
  CHECK(bench.receive_all() == std::vector{error(channel, HidError::invalid_command)});
}

TEST_CASE("CBOR reaches the authenticator, and its answer the client") {
  Bench bench;
  const auto channel = bench.open();
  Bytes message(1200, 0x77);
  message.front() = ScriptedAuthenticator::kEcho;
  auto expected = message;
  expected.front() = 0;
  CHECK(bench.call(channel, HidCommand::cbor, message) ==
        Received{channel, HidCommand::cbor, expected});
  CHECK(bench.authenticator.messages == std::vector<Bytes>{message});
  CHECK(bench.call(channel, HidCommand::cbor, Bytes{0x04}) ==
        Received{channel, HidCommand::cbor, info()});
}

TEST_CASE("CBOR without a command is too short") {
  Bench bench;
  const auto channel = bench.open();
  CHECK(bench.call(channel, HidCommand::cbor) == error(channel, HidError::invalid_length));
  CHECK(bench.call(channel, HidCommand::msg) == error(channel, HidError::invalid_length));
}

TEST_CASE("MSG is answered at once") {
  Bench bench;
  const auto channel = bench.open();
  CHECK(bench.call(channel, HidCommand::msg, Bytes{1, 2, 3}) ==
        Received{channel, HidCommand::msg, {3, 2, 1, 0x90, 0x00}});
  CHECK(bench.authenticator.asked == 0);
}

TEST_CASE("a key without CTAP2 has no CBOR, and one without U2F no MSG") {
  Bench bench;
  const auto channel = bench.open();
  bench.authenticator.cbor_spoken = false;
  bench.authenticator.u2f_spoken = false;
  CHECK(bench.call(channel, HidCommand::cbor, Bytes{4}) ==
        error(channel, HidError::invalid_command));
  CHECK(bench.call(channel, HidCommand::msg, Bytes(4)) ==
        error(channel, HidError::invalid_command));
}

TEST_CASE("who has no channel is told so") {
  Bench bench;
  const auto channel = bench.open();
  CHECK(bench.call(0, HidCommand::init, kNonce) == error(0, HidError::invalid_channel));
  CHECK(bench.call(channel + 1, HidCommand::init, kNonce) ==
        error(channel + 1, HidError::invalid_channel));
  CHECK(bench.call(kBroadcast, HidCommand::ping, Bytes(8)) ==
        error(kBroadcast, HidError::invalid_channel));
  CHECK(bench.authenticator.messages.empty());
}

TEST_CASE("continuations of nothing are ignored") {
  Bench bench;
  const auto channel = bench.open();
  for (const auto* const stray : {"01020304 00", "01020304 7f", "ffffffff 00", "00000000 00"}) {
    bench.send(report(stray));
  }
  CHECK(!bench.receive());
  CHECK(bench.call(channel, HidCommand::ping, Bytes(1)));
}

TEST_CASE("a packet out of sequence ends the message") {
  Bench bench;
  const auto channel = bench.open();
  const auto reports = cut(channel, HidCommand::ping, Bytes(300));
  bench.send(reports[0]);
  bench.send(reports[1]);
  bench.send(reports[3]);
  CHECK(bench.receive() == error(channel, HidError::invalid_sequence));
  bench.send(reports[2]);
  CHECK(!bench.receive());
  CHECK(bench.call(channel, HidCommand::ping, Bytes(1)));
}

TEST_CASE("a message within a message ends it") {
  Bench bench;
  const auto channel = bench.open();
  bench.send(cut(channel, HidCommand::ping, Bytes(300))[0]);
  CHECK(bench.call(channel, HidCommand::ping, Bytes(1)) ==
        error(channel, HidError::invalid_sequence));
  CHECK(bench.call(channel, HidCommand::ping, Bytes(1)));
}

TEST_CASE("INIT within a message makes the channel usable") {
  Bench bench;
  const auto channel = bench.open();
  const auto reports = cut(channel, HidCommand::ping, Bytes(300));
  bench.send(reports[0]);
  CHECK(bench.call(channel, HidCommand::init, kNonce)->command == HidCommand::init);
  bench.send(reports[1]);
  CHECK(!bench.receive());
  CHECK(bench.call(channel, HidCommand::ping, Bytes(1)));
}

TEST_CASE("INIT on a channel throws away what it has not read") {
  Bench bench;
  const auto channel = bench.open();
  const auto other = bench.open();
  bench.send(channel, HidCommand::ping, Bytes(300));
  bench.send(other, HidCommand::ping, Bytes(1));
  CHECK(bench.call(channel, HidCommand::init, kNonce)->channel == other);
  CHECK(bench.receive()->command == HidCommand::init);
  CHECK(!bench.receive());
}

TEST_CASE("CANCEL within a message changes nothing") {
  Bench bench;
  const auto channel = bench.open();
  const auto reports = cut(channel, HidCommand::ping, Bytes(100));
  bench.send(reports[0]);
  bench.send(channel, HidCommand::cancel);
  bench.send(reports[1]);
  CHECK(bench.receive() == Received{channel, HidCommand::ping, Bytes(100)});
}

TEST_CASE("while one channel's message comes, the others are told to wait") {
  Bench bench;
  const auto channel = bench.open();
  const auto other = bench.open();
  const auto reports = cut(channel, HidCommand::ping, Bytes(99));
  bench.send(reports[0]);
  bench.send(other, HidCommand::ping, Bytes(99));  // its second report is not answered
  bench.send(other, HidCommand::cancel);           // never answered
  bench.send(kBroadcast, HidCommand::init, kNonce);
  bench.send(other, HidCommand::init, kNonce);
  bench.send(0, HidCommand::ping);
  bench.send(reports[1]);
  CHECK(bench.receive_all() ==
        std::vector{error(other, HidError::channel_busy), error(kBroadcast, HidError::channel_busy),
                    error(other, HidError::channel_busy), error(0, HidError::invalid_channel),
                    Received{channel, HidCommand::ping, Bytes(99)}});
}

TEST_CASE("a packet may take 499 milliseconds") {
  Bench bench;
  const auto channel = bench.open();
  const auto reports = cut(channel, HidCommand::ping, Bytes(200));
  for (const auto& report : reports) {
    bench.pass(Millis(499));
    bench.send(report);
  }
  CHECK(bench.receive() == Received{channel, HidCommand::ping, Bytes(200)});
}

TEST_CASE("a packet that takes 500 milliseconds is too late") {
  Bench bench;
  const auto channel = bench.open();
  const auto reports = cut(channel, HidCommand::ping, Bytes(100));
  bench.send(reports[0]);
  CHECK(bench.key.wakes_at() == bench.now + Millis(500));
  SUBCASE("when the key was woken in between") { bench.pass(Millis(500)); }
  SUBCASE("when it was not") { bench.now += Millis(500); }
  bench.send(reports[1]);
  CHECK(bench.receive_all() == std::vector{error(channel, HidError::message_timeout)});
  CHECK(!bench.key.wakes_at());
}

TEST_CASE("waking an idle key does nothing") {
  Bench bench;
  bench.key.wake(bench.now);
  CHECK(!bench.key.wakes_at());
  CHECK(!bench.receive());
}
