// SPDX-License-Identifier: MIT
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/channel/pi_session.hpp"
#include "core/crypto/random.hpp"
#include "hal/net/sim/scripted_dialer.hpp"
#include "hal/net/sim/stream_door.hpp"

namespace latchkey::host::test {

/// A whole Pi in the test's own process: a real PiSession behind a connection in memory. What it
/// shall say is set before; what it was told stands in it afterwards.
class ScriptedPi {
 public:
  explicit ScriptedPi(crypto::Random& random);

  /// Lets the next connection of this dialer end here.
  void answer(net::ScriptedDialer& dialer);

  // What it says.
  channel::Hello hello;
  std::string code;
  channel::Welcome welcome;
  channel::Outcome outcome;
  std::optional<channel::Refusal> refuse_greeting;  ///< instead of hello
  std::optional<channel::Refusal> refuse_after_hello;
  int tries = 2;         ///< left after one wrong code
  bool silent = false;   ///< never answers the greeting
  bool garbage = false;  ///< answers it with what is no latchkey
  bool hang_up_on_offer = false;

  // What it says about security keys.
  std::optional<std::string> wants_signature;    ///< why, to an offer without one
  std::deque<channel::TokenEvent> token_events;  ///< after a TokenRequest, one by one; one that
                                                 ///< asks for a PIN waits for it
  bool impatient = false;                        ///< …or does not
  std::optional<channel::KeyHandle> token_made;  ///< after those, and then `outcome`
  std::optional<channel::Outcome> outcome_after_made;  ///< instead of `outcome`
  std::function<void()> before_made;
  bool hang_up_when_made = false;           ///< instead of saying `outcome`
  std::vector<channel::KeyHandle> handles;  ///< to a HandlesRequest, unless `outcome` is no success

  // What it heard.
  int guesses = 0;
  bool proved = false;
  std::string greeted_by;
  std::vector<channel::Offer> offers;
  std::vector<channel::Verdict> verdicts;
  std::vector<channel::TokenRequest> token_requests;
  std::vector<std::string> pins;
  std::vector<channel::HandlesRequest> handles_requests;

 private:
  void arrived();
  void handle(const channel::PiEvent& event);
  void handle(const channel::Offer& offer);
  void go_on_with_token();
  void flush();

  crypto::Random& random_;
  std::unique_ptr<net::MemoryStream> stream_;
  std::unique_ptr<channel::PiSession> session_;
};

/// A code with a right check group, and another one.
[[nodiscard]] std::string some_code();
[[nodiscard]] std::string another_code(const std::string& than);
/// With one group miscounted.
[[nodiscard]] std::string misread(std::string code);

}  // namespace latchkey::host::test
