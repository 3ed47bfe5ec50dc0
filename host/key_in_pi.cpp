// SPDX-License-Identifier: MIT
#include "host/key_in_pi.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <optional>
#include <utility>

#include "host/key_offer.hpp"
#include "host/printable.hpp"
#include "host/sentences.hpp"

namespace latchkey::host {
namespace {

using channel::TokenNews;

constexpr Millis kWindow{310'000};  // no window lives longer than 300 s
constexpr int kWrongAtMost = 2;

class Relay final {
 public:
  Relay(const channel::TokenRequest& request, const channel::Welcome& welcome, PiConnection& pi,
        const Context& context)
      : request_(request),
        welcome_(welcome),
        pi_(pi),
        terminal_(context.terminal),
        clock_(context.clock),
        end_(context.clock.now() + kWindow) {}

  Attempt<MadeInPi> run() {
    auto step = pi_.request_token(request_, patience());
    for (;;) {
      if (!step) return broken(std::move(step).error());
      if (auto* const outcome = std::get_if<channel::Outcome>(&*step)) return end(*outcome);
      if (auto* const made = std::get_if<channel::TokenMade>(&*step)) {
        // Its handle is nowhere else on this computer: Ctrl-C waits until it is saved.
        if (!outlive_) outlive_ = std::make_unique<OutliveInterrupt>();
        made_ = std::move(made->made);
        if (welcome_.confirm_press) terminal_.touch("Press the Pi's button once more to confirm.");
        step = pi_.next_step(patience_for_result(welcome_));
        continue;
      }
      step = after(std::get<channel::TokenEvent>(*step));
    }
  }

 private:
  Attempt<MadeInPi> end(channel::Outcome& outcome) {
    if (!outcome.ok()) return tl::make_unexpected(outcome_failure(outcome, request_.account));
    if (!made_) {
      return give_up(Reason::not_latchkey, "The Pi enrolled a key and did not say which.",
                     "Upgrade latchkey here and latchkey-pi there to the same version.");
    }
    return MadeInPi{std::move(*made_), std::move(outcome), std::move(outlive_)};
  }

  Attempt<MadeInPi> broken(Failure failure) {
    if (!made_) return tl::make_unexpected(std::move(failure));
    return MadeInPi{std::move(*made_), tl::make_unexpected(std::move(failure)),
                    std::move(outlive_)};
  }

  [[nodiscard]] Millis patience() const {
    return std::max(Millis::zero(), std::chrono::duration_cast<Millis>(end_ - clock_.now()));
  }

  Attempt<TokenStep> after(const channel::TokenEvent& event) {
    const auto name = event.key.empty() ? std::string("the security key") : one_line(event.key);
    switch (event.news) {
      case TokenNews::plug_in: terminal_.touch("Plug the security key into the Pi."); break;
      case TokenNews::touch:
        touched_ = true;
        terminal_.touch(fmt::format("Touch {} in the Pi: the Pi's LED blinks twice.", name));
        break;
      case TokenNews::pulled_out:
        given_ = false;
        terminal_.warn("The security key was pulled out of the Pi: plug it in again.");
        break;
      case TokenNews::pin_wrong: return ask_again(name, event.tries_left);
      case TokenNews::pin_wanted:
        if (given_ && !is_to_sign()) return ask_again(name, event.tries_left);
        return ask(name, event.tries_left);
    }
    return pi_.next_step(patience());
  }

  /// Once in all, after the touch that made the key, it is wanted for the signature.
  bool is_to_sign() { return touched_ && !std::exchange(signs_, true); }

  Attempt<TokenStep> ask_again(const std::string& name, int tries_left) {
    if (++wrong_ == kWrongAtMost) return too_many(tries_left);
    terminal_.warn("That PIN is wrong.");
    return ask(name, tries_left);
  }

  Attempt<TokenStep> ask(const std::string& name, int tries_left) {
    auto pin = terminal_.read_secret(
        tries_left == 0 ? fmt::format("PIN of {} in the Pi: ", name)
                        : fmt::format("PIN of {} in the Pi ({} left): ", name,
                                      tries_left == 1 ? std::string("1 try")
                                                      : fmt::format("{} tries", tries_left)));
    if (!pin) return give_up(std::move(pin));
    // It may have been pulled out meanwhile, or the window may have ended: then nobody wants it.
    auto heard = pi_.heard();
    if (!heard) return give_up(std::move(heard));
    if (*heard) return std::move(**heard);
    channel::PinTyped typed;
    typed.pin.assign(pin->bytes().begin(), pin->bytes().end());
    given_ = true;
    return pi_.type_pin(std::move(typed), patience());
  }

  static Attempt<TokenStep> too_many(int tries_left) {
    return give_up(Reason::pin_wrong,
                   fmt::format("The PIN was wrong twice, and latchkey stops here: {} before the "
                               "security key locks itself.",
                               tries_left == 1 ? std::string("1 try is left")
                                               : fmt::format("{} tries are left", tries_left)),
                   "When you know the PIN, press the Pi's button and run the same command again.");
  }

  const channel::TokenRequest& request_;
  const channel::Welcome& welcome_;
  PiConnection& pi_;
  const Terminal& terminal_;
  const clock::Clock& clock_;
  const Instant end_;  ///< of the Pi's window, at the latest
  std::optional<channel::KeyHandle> made_;
  std::unique_ptr<OutliveInterrupt> outlive_;
  int wrong_ = 0;
  bool given_ = false;    ///< a PIN, to the security key that is there
  bool touched_ = false;  ///< it was to be touched
  bool signs_ = false;    ///< its PIN was wanted for the signature
};

}  // namespace

Attempt<MadeInPi> make_in_pi(const channel::TokenRequest& request, const channel::Welcome& welcome,
                             PiConnection& pi, const Context& context) {
  return Relay(request, welcome, pi, context).run();
}

}  // namespace latchkey::host
