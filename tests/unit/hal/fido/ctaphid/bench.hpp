// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

#include "hal/fido/sim/ctaphid/ctaphid.hpp"

/// What tests of the wire are made of.
namespace latchkey::fido::sim::bench {

/// Counts up, so that channels are known beforehand; fails when told to.
class CountingRandom final : public crypto::Random {
 public:
  explicit CountingRandom(std::uint8_t start = 1) : next_(start) {}
  [[nodiscard]] Result<void> fill(std::span<std::uint8_t> output) override;
  bool fails = false;

 private:
  std::uint8_t next_;
};

/// An authenticator by script: 04 (getInfo) is answered with a map at once, 02 and what follows
/// waits for a touch, 03 for a finger, everything else is an invalid command; an APDU comes back
/// reversed with 9000 behind it. Writes down what it sees.
class ScriptedAuthenticator final : public Authenticator {
 public:
  static constexpr std::uint8_t kGetInfo = 0x04;
  static constexpr std::uint8_t kTouch = 0x02;
  static constexpr std::uint8_t kFinger = 0x03;
  static constexpr std::uint8_t kEcho = 0x40;  ///< status ok, and the message

  [[nodiscard]] bool speaks_cbor() const override { return cbor_spoken; }
  [[nodiscard]] bool speaks_u2f() const override { return u2f_spoken; }
  [[nodiscard]] Outcome cbor(ByteView message, Instant now) override;
  [[nodiscard]] Bytes u2f(ByteView apdu, Instant now) override;
  [[nodiscard]] Reply ask(const Request& request) override;
  void ended(Status status, Instant now) override;

  bool cbor_spoken = true;
  bool u2f_spoken = true;
  Reply reply = Reply::never;
  unsigned yes_after = 0;  ///< answers yes when it has been asked so often; 0: `reply`

  unsigned asked = 0;
  std::vector<Bytes> messages;
  std::vector<Status> endings;
  std::vector<Instant> ended_at;
};

/// A touch request's answer: status ok and what it says here.
[[nodiscard]] Bytes touched();
/// getInfo's answer: status ok and a map.
[[nodiscard]] Bytes info();

/// The reports of a message, cut as CTAP 2.1 section 11.2.4 says; independent of Outgoing.
[[nodiscard]] std::vector<Report> cut(ChannelId channel, HidCommand command, ByteView payload);
/// The first bytes of a report from a hex text, spaces left out; zero behind them.
[[nodiscard]] Report report(std::string_view hex);
/// The bytes of a report without the zeros at its end, as a hex text.
[[nodiscard]] std::string text(const std::optional<Report>& report);

/// A message from the key.
struct Received {
  ChannelId channel = 0;
  HidCommand command{};
  Bytes payload;
  friend bool operator==(const Received&, const Received&) = default;
};

/// A key on the bench, with a clock: what a client does, in short words.
class Bench final {
 public:
  explicit Bench(Model model = {}) : model_(std::move(model)) {}
  Bench(const Bench&) = delete;
  Bench& operator=(const Bench&) = delete;
  Bench(Bench&&) = delete;
  Bench& operator=(Bench&&) = delete;
  ~Bench() = default;

  [[nodiscard]] ChannelId open();
  void send(ChannelId channel, HidCommand command, ByteView payload = {});
  void send(const Report& report) { key.take(report, now); }
  /// Turns the clock, waking the key whenever it wants to be woken on the way.
  void pass(Millis time);
  /// The next message from the key, put together strictly; nullopt: none.
  [[nodiscard]] std::optional<Received> receive();
  /// send() and receive().
  [[nodiscard]] std::optional<Received> call(ChannelId channel, HidCommand command,
                                             ByteView payload = {});
  /// All the messages there are.
  [[nodiscard]] std::vector<Received> receive_all();

 private:
  Model model_;

 public:
  Instant now{Millis(1'000'000)};
  CountingRandom random;
  ScriptedAuthenticator authenticator;
  CtapHid key{model_, authenticator, random};
};

/// An error report, as received.
[[nodiscard]] Received error(ChannelId channel, HidError error);

}  // namespace latchkey::fido::sim::bench
