// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "core/time.hpp"
#include "firmware/roles/token_messages.hpp"
#include "firmware/token/key_watch.hpp"
#include "firmware/token/order.hpp"
#include "hal/fido/security_keys.hpp"

namespace latchkey::token {

/// Wrong PINs, and wrong fingers, that one order may cost.
inline constexpr unsigned kMaxWrong = 2;
/// How often a touch is asked for. A key waits ten seconds at least, so that this outlasts every
/// window; one that gives up at once does not keep us busy for ever.
inline constexpr unsigned kMaxAsks = 40;
/// How long after the last time a key is tried again that is busy, or was lost and is still in the
/// list, which takes a moment to be renewed; and what these pauses come to before it is given up.
inline constexpr Millis kPause{250};
inline constexpr Millis kMaxPaused{2000};
/// The same for one that may not be opened: the kernel makes its node, then udev lets us in, on a
/// busy machine seconds later.
inline constexpr Millis kAccessPause{50};
inline constexpr Millis kMaxAccessPaused{5000};

/// What latchkey-token does, but for waiting: one order on the security key that is plugged in.
/// Whoever runs it passes on what is heard and seen, and calls step() while there is_work().
///
/// A key that was pulled out ends an unattended order (the next KeyArrived brings another); an
/// attended one begins again on the next key, or, when its credential was made, waits for that key.
class TokenWork final {
 public:
  using Tell = std::function<void(const roles::FromToken&)>;

  /// `interrupt`: the descriptor that is readable when there is something to hear or to see; ends
  /// whatever step() waits for. `keys` must outlive this.
  TokenWork(fido::SecurityKeys& keys, int interrupt, Tell tell)
      : keys_(keys), interrupt_(interrupt), tell_(std::move(tell)) {}

  /// What is plugged in now.
  void see(const std::vector<fido::PluggedKey>& list);
  /// A message, whose PIN is wiped. One that makes no sense now is ignored.
  void hear(roles::ToToken& message);

  /// Whether step() has something to do.
  [[nodiscard]] bool has_work() const noexcept;
  /// One step of the order; blocks until the key or its person has answered, or `interrupt` is
  /// readable. The order stands as it did before when that ended the step.
  void step();

  /// For how long a step was put off, after which pause_is_over() is due; nullopt: none was.
  [[nodiscard]] std::optional<Millis> pauses() const noexcept { return pause_; }
  void pause_is_over() noexcept { pause_.reset(); }
  /// Whether a step has lost its key since this was asked last: the list of what is plugged in may
  /// be out of date.
  [[nodiscard]] bool take_loss() noexcept { return std::exchange(lost_, false); }

 private:
  void hear_order(const roles::MakeKey& wanted);
  void hear_request();
  void hear_pin(const roles::UsePin& typed);
  void tell_arrival();
  void key_left();

  [[nodiscard]] bool open();
  void make();
  void find();
  void sign();
  void ask_pin();
  void ask_touch();
  [[nodiscard]] bool lacks_pin_to_sign(bool verify) const;

  void stumble(const fido::Problem& problem);
  void pin_is_wrong(const fido::Problem& problem);
  void want_pin(const fido::Problem& problem);
  void pause(const fido::Problem& problem);
  void give_up(const Refusal& refusal);
  void answer(const fido::Assertion* assertion);

  fido::SecurityKeys& keys_;
  int interrupt_;
  Tell tell_;
  KeyWatch watch_;
  std::unique_ptr<fido::SecurityKey> key_;  ///< opened for the order
  std::optional<Order> order_;
  std::optional<roles::TokenFailed> failed_;  ///< what the key that is there could not do
  std::optional<Millis> pause_;
  bool lost_ = false;
};

}  // namespace latchkey::token
