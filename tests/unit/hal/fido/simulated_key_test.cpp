// SPDX-License-Identifier: MIT
#include "hal/fido/sim/simulated_key.hpp"

#include <doctest/doctest.h>

#include "hal/fido/sim/attestation/certificate_authority.hpp"
#include "hal/fido/sim/cbor/value.hpp"
#include "tests/unit/hal/fido/ctaphid/bench.hpp"

using namespace latchkey;
using namespace latchkey::fido;
using namespace latchkey::fido::sim;
using namespace latchkey::fido::sim::bench;

namespace {

State new_state() {
  static const State state = [] {
    CountingRandom random;
    const auto authority = CertificateAuthority::make(random, WallTime{});
    State made{.factory = authority->manufacture(Model{}, random).value()};
    REQUIRE(reset(made, random));
    return made;
  }();
  return state;
}

Bytes make_credential() {
  const Value::Map parameters{
      {1, Bytes(32, 0x11)},
      {2, Value::Map{{"id", "ssh:"}}},
      {3, Value::Map{{"id", Bytes{1}}}},
      {4, Value::Array{Value::Map{{"alg", -7}, {"type", "public-key"}}}},
  };
  auto message = Value(parameters).encode();
  message.insert(message.begin(), 0x01);
  return message;
}

/// U2F_REGISTER with extended lengths.
Bytes u2f_register() {
  Bytes message{0, 1, 0, 0, 0, 0, 64};
  message.resize(message.size() + 64, 0xCC);
  message.resize(message.size() + 2);
  return message;
}

/// A plugged-in key, and who uses it.
struct Desk {
  explicit Desk(Model model = {}) {
    auto parts = KeyParts{state, [this](const Request&) { return reply; }, random,
                          [this](const State& changed) { saved.push_back(to_json(changed)); }};
    key.emplace(SimulatedKey::plug(std::move(model), std::move(parts), now).value());
  }

  void send(ChannelId channel, HidCommand command, const Bytes& payload) {
    for (const auto& report : cut(channel, command, payload)) key->take(report, now);
  }

  /// The first report of the answer.
  std::optional<Report> call(ChannelId channel, HidCommand command, const Bytes& payload) {
    send(channel, command, payload);
    return key->give();
  }

  ChannelId open() {
    const auto answer = call(kBroadcast, HidCommand::init, Bytes(8, 0x55));
    REQUIRE(answer);
    ChannelId channel = 0;
    for (std::size_t i = 15; i < 19; ++i) channel = channel << 8U | answer->at(i);
    return channel;
  }

  Instant now{Millis(1'000'000)};
  CountingRandom random;
  Reply reply = Reply::never;
  State state = new_state();
  std::vector<std::string> saved;
  std::optional<SimulatedKey> key;
};

}  // namespace

TEST_CASE("a key that is plugged in answers getInfo") {
  Desk desk;
  const auto answer = desk.call(desk.open(), HidCommand::cbor, {0x04});
  REQUIRE(answer);
  const auto packet = parse(*answer);
  CHECK(packet.command == HidCommand::cbor);
  CHECK(packet.data[0] == 0);
  CHECK(desk.key->model().name == "fido-2.1");
  CHECK(desk.key->history().events.size() == 1);
}

TEST_CASE("what changed the state is saved before the answer can be read") {
  Desk desk;
  desk.reply = Reply::yes;
  const auto channel = desk.open();
  const auto before = desk.saved.size();
  desk.send(channel, HidCommand::cbor, make_credential());
  REQUIRE(desk.saved.size() > before);
  CHECK(desk.saved.back() == to_json(desk.state));
  const auto answer = desk.key->give();
  REQUIRE(answer);
  CHECK(parse(*answer).data[0] == 0);
}

TEST_CASE("the same holds for an answer that had to wait") {
  Desk desk;
  const auto channel = desk.open();
  const auto before = desk.saved.size();
  CHECK(!desk.call(channel, HidCommand::cbor, make_credential()));
  REQUIRE(desk.key->waiting_for() != nullptr);
  CHECK(desk.key->waiting_for()->rp_id == "ssh:");
  CHECK(desk.saved.size() == before);
  desk.reply = Reply::yes;
  desk.key->wake(desk.now);
  CHECK(desk.saved.size() > before);
  CHECK(desk.saved.back() == to_json(desk.state));
  CHECK(desk.key->give());
  CHECK(desk.key->waiting_for() == nullptr);
}

TEST_CASE("what did not change the state is not saved") {
  Desk desk;
  const auto channel = desk.open();
  const auto before = desk.saved.size();
  CHECK(desk.call(channel, HidCommand::cbor, {0x04}));
  CHECK(desk.call(channel, HidCommand::ping, {1}));
  CHECK(desk.saved.size() == before);
}

TEST_CASE("a touch that never comes is in the history") {
  Desk desk;
  desk.send(desk.open(), HidCommand::cbor, make_credential());
  while (const auto due = desk.key->wakes_at()) desk.key->wake(desk.now = *due);
  CHECK(desk.now == Instant(Millis(1'030'000)));
  CHECK(desk.key->history().touches_asked == 1);
  CHECK(desk.key->history().touches_given == 0);
  CHECK(desk.key->history().timed_out == 1);
}

TEST_CASE("a U2F client is waited with until it stops asking") {
  Desk desk;
  const auto channel = desk.open();
  for (int i = 0; i < 2; ++i) {
    desk.now += Millis(1999);
    desk.key->wake(desk.now);
    CHECK(desk.call(channel, HidCommand::msg, u2f_register()));
    REQUIRE(desk.key->waiting_for() != nullptr);
    CHECK(desk.key->waiting_for()->gesture == Gesture::touch);
    CHECK(desk.key->waiting_for()->rp_id.empty());
    CHECK(desk.key->wakes_at() == desk.now + Millis(2000));
  }
  desk.key->wake(desk.now + Millis(1999));
  CHECK(desk.key->waiting_for() != nullptr);
  desk.key->wake(desk.now + Millis(2000));
  CHECK(desk.key->waiting_for() == nullptr);
  CHECK_FALSE(desk.key->wakes_at());
}

TEST_CASE("a U2F client that got its touch is not waited with") {
  Desk desk;
  const auto channel = desk.open();
  CHECK(desk.call(channel, HidCommand::msg, u2f_register()));
  CHECK(desk.key->waiting_for() != nullptr);
  desk.reply = Reply::yes;
  CHECK(desk.call(channel, HidCommand::msg, u2f_register()));
  CHECK(desk.key->waiting_for() == nullptr);
  CHECK_FALSE(desk.key->wakes_at());
  CHECK(desk.key->history().touches_given == 1);
}

TEST_CASE("of a U2F client and a CTAP2 request, the request is what is waited for") {
  Desk desk;
  const auto channel = desk.open();
  CHECK(desk.call(channel, HidCommand::msg, u2f_register()));
  while (desk.key->give()) continue;
  desk.send(channel, HidCommand::cbor, make_credential());
  REQUIRE(desk.key->waiting_for() != nullptr);
  CHECK(desk.key->waiting_for()->rp_id == "ssh:");
  CHECK(desk.key->wakes_at() == desk.now + Millis(100));
}

TEST_CASE("a key may be moved while a person is waited for") {
  Desk desk;
  const auto channel = desk.open();
  desk.send(channel, HidCommand::cbor, make_credential());
  auto moved = std::move(*desk.key);
  desk.key.reset();
  desk.reply = Reply::yes;
  moved.wake(desk.now);
  const auto answer = moved.give();
  REQUIRE(answer);
  CHECK(parse(*answer).data[0] == 0);
}

TEST_CASE("a key may disappear") {
  Model model;
  model.misbehaviour.disappears_at = 2;
  Desk desk(model);
  CHECK(!desk.key->gone());
  (void)desk.open();
  CHECK(desk.key->gone());
  CHECK(!desk.call(kBroadcast, HidCommand::init, Bytes(8)));
}

TEST_CASE("a key that speaks U2F alone says so") {
  Desk desk(find_model("u2f-only").value());
  const auto answer = desk.call(kBroadcast, HidCommand::init, Bytes(8));
  REQUIRE(answer);
  CHECK(answer->at(7 + 16) == 0x01);  // WINK, and MSG
}
