// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <random>
#include <string>
#include <vector>

#include "core/channel/host_session.hpp"
#include "core/channel/pi_session.hpp"

/// Both ends of the channel in one process, with owners that do what good owners do. Tests reach
/// in between: every flight passes through `on_flight`.
namespace latchkey::channel::test {

/// Repeatable, and uniform enough for mbedTLS. Fails from the call `fails_at` on (0: never).
class SeededRandom final : public crypto::Random {
 public:
  explicit SeededRandom(std::uint64_t seed, int failing_call = 0)
      : fails_at(failing_call), engine_(seed) {}
  [[nodiscard]] Result<void> fill(std::span<std::uint8_t> output) override;

  int fails_at = 0;
  int calls = 0;

 private:
  std::mt19937_64 engine_;
};

[[nodiscard]] Hello sample_hello();
[[nodiscard]] Welcome sample_welcome();
[[nodiscard]] Offer sample_offer();
[[nodiscard]] Offer attested_offer();  ///< the same, without a signature
[[nodiscard]] Outcome sample_outcome();
[[nodiscard]] TokenRequest sample_request();
[[nodiscard]] TokenEvent sample_event(TokenNews news);
[[nodiscard]] PinTyped sample_pin(std::uint8_t event = 1);
[[nodiscard]] KeyHandle sample_handle();

enum class Side { host, pi };

class Conversation final {
 public:
  explicit Conversation(std::uint64_t seed = 1, int host_fails_at = 0, int pi_fails_at = 0);

  /// Runs until neither side has anything more to send.
  void run();

  /// May change the bytes of a flight before they are delivered.
  std::function<void(Side from, Bytes& flight)> on_flight;
  /// Bytes at a time; 0: whole flights. Negative: random pieces.
  int piece = 0;
  std::string host_code = "12345123";
  std::string pi_code = "12345123";
  bool judge = true;  ///< the host sends a verdict after a good result

  // What happened, for assertions.
  std::optional<Hello> hello;
  std::optional<Welcome> welcome;
  std::vector<Outcome> outcomes;
  std::optional<Refusal> refusal;
  std::optional<Error> host_error;
  std::optional<Error> pi_error;
  std::string greeted;
  bool code_proved = false;
  bool code_wrong = false;
  std::optional<Offer> offered;
  std::optional<Verdict> judged;
  bool owner_failed = false;     ///< a call of an owner returned an error
  std::vector<Bytes> from_host;  ///< the flights, as sent
  std::vector<Bytes> from_pi;

  SeededRandom host_random;
  SeededRandom pi_random;
  HostSession host;
  PiSession pi;

 private:
  bool move(Side from);
  void serve_host();
  void serve_pi();
  void expect(const Result<void>& result) { owner_failed = owner_failed || !result; }

  std::mt19937_64 pieces_{7};
};

}  // namespace latchkey::channel::test
