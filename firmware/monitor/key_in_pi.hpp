// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "firmware/monitor/crew.hpp"

namespace latchkey::monitor {

/// The security key plugged into the Pi, through latchkey-token: one conversation, from its start
/// to its end. Gives it orders and holds it to what it may say to them; the window's own rules
/// (which key wins, what is overlap) are the window's.
class KeyInPi final {
 public:
  /// Starts the role; one that is there already is ended first.
  [[nodiscard]] Result<void> watch(Crew& crew, const std::string& simulated_keys,
                                   Crew::OnToken on_message);
  /// Ends it, and forgets all that it said.
  void end();
  [[nodiscard]] bool watched() const noexcept { return role_ != nullptr; }

  // Each is Errc::closed without a role, Errc::out_of_order without what has to come before.
  [[nodiscard]] Result<void> make(const roles::MakeKey& order);
  [[nodiscard]] Result<void> sign();  ///< with the key that was made

  /// Hands a PIN on if it answers what the security key asks now, once; otherwise drops it: the key
  /// it was typed for may have been pulled out meanwhile. The caller wipes its own.
  [[nodiscard]] Result<void> use_pin(const roles::PinArrived& typed);

  /// Takes note of a message. False: none that may come now, so that the role is not to be
  /// believed any more. What was asked for once may be said once; a signature is by the key that
  /// was made.
  [[nodiscard]] bool may_say(const roles::FromToken& message);

  /// Number of the question for a PIN that waits for its answer, never the same twice; 0: none.
  [[nodiscard]] std::uint32_t pin_question() const noexcept { return open_question_; }

  /// What the key that is plugged in calls itself; empty: none is, or it does not say.
  [[nodiscard]] const std::string& name() const noexcept { return name_; }

 private:
  enum class Order { none, make, made, sign };

  [[nodiscard]] Result<void> tell(const roles::ToToken& message);
  [[nodiscard]] bool may_be_made(const roles::KeyMade& made);

  std::unique_ptr<TokenRole> role_;
  std::string name_;
  Order order_ = Order::none;
  bool unattended_ = false;      ///< nobody is there who could type a PIN
  std::uint32_t questions_ = 0;  ///< for a PIN, by whatever role and key
  std::uint32_t open_question_ = 0;
  Bytes key_;  ///< that was made
};

}  // namespace latchkey::monitor
