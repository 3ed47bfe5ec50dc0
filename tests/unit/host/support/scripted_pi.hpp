// SPDX-License-Identifier: MIT
#pragma once

#include <deque>
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

  // What it heard.
  int guesses = 0;
  bool proved = false;
  std::string greeted_by;
  std::vector<channel::Offer> offers;
  std::vector<channel::Verdict> verdicts;

 private:
  void arrived();
  void handle(const channel::PiEvent& event);
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
