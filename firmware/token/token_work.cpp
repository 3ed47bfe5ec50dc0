// SPDX-License-Identifier: MIT
#include "firmware/token/token_work.hpp"

#include <poll.h>
#include <algorithm>
#include <utility>

#include "core/ssh/openssh_key.hpp"

namespace latchkey::token {
namespace {

using fido::Trouble;

constexpr std::string_view kApplications = "ssh:";

bool is_readable(int descriptor) {
  pollfd polled{descriptor, POLLIN, 0};
  return ::poll(&polled, 1, 0) > 0;
}

fido::MakeRequest request_for(const roles::MakeKey& wanted, const Plan& plan) {
  fido::MakeRequest request;
  request.application = wanted.application.str();
  request.user = wanted.user.str();
  request.algorithm = plan.algorithm;
  request.resident = wanted.resident != 0 && wanted.unattended == 0;
  request.verify = wanted.verify != 0;
  request.as_u2f = plan.as_u2f;
  request.challenge = to_bytes(wanted.challenge);
  return request;
}

}  // namespace

void TokenWork::see(const std::vector<fido::PluggedKey>& list) {
  for (const auto change : watch_.see(list)) {
    switch (change) {
      case Change::left: key_left(); break;
      case Change::second:
        key_.reset();  // it stops blinking
        tell_(roles::SecondKey{});
        break;
      case Change::arrived: tell_arrival(); break;
    }
  }
}

void TokenWork::tell_arrival() {
  roles::KeyArrived arrived;
  arrived.name.assign_cut(watch_.key()->name);
  tell_(arrived);
}

void TokenWork::key_left() {
  key_.reset();
  failed_.reset();
  pause_.reset();
  if (order_ && order_->wanted.unattended != 0) order_.reset();
  if (order_) {
    order_->pin.reset();  // another key may come
    order_->learned = {};
    order_->pin_was_wrong = false;
    order_->touch_told = false;
    order_->paused = {};
    order_->access_paused = {};
    if (!order_->credential) {
      order_->stage = order_->wanted.existing != 0 ? Stage::find : Stage::make;
    } else if (order_->stage == Stage::await_pin) {
      order_->stage = Stage::sign;
    }
  }
  tell_(roles::KeyLeft{});
}

void TokenWork::hear(roles::ToToken& message) {
  if (const auto* wanted = std::get_if<roles::MakeKey>(&message)) hear_order(*wanted);
  if (std::holds_alternative<roles::SignStatement>(message)) hear_request();
  if (auto* typed = std::get_if<roles::UsePin>(&message)) {
    hear_pin(*typed);
    crypto::wipe(typed->pin.data);
    typed->pin.length = 0;
  }
}

void TokenWork::hear_order(const roles::MakeKey& wanted) {
  key_.reset();
  pause_.reset();
  order_.emplace();
  order_->wanted = wanted;
  if (wanted.existing != 0) order_->stage = Stage::find;
  if (watch_.crowded()) tell_(roles::SecondKey{});
  if (!wanted.application.view().starts_with(kApplications)) {
    give_up(refusal_of({Trouble::not_supported, "making a credential for no SSH", {}, {}, {}}));
  } else if (failed_) {
    order_.reset();
    tell_(*failed_);
  } else if (!watch_.key() && wanted.unattended != 0) {
    order_.reset();
    tell_(roles::KeyLeft{});
  }
}

void TokenWork::hear_request() {
  if (watch_.crowded()) tell_(roles::SecondKey{});
  // The monitor may have been busy judging when the key left, or left and came: it is told again.
  if (!watch_.key() || (!order_ && !failed_)) {
    tell_(roles::KeyLeft{});
    if (watch_.key()) tell_arrival();
  }
  if (order_ && order_->stage == Stage::await_request) order_->stage = Stage::sign;
}

void TokenWork::hear_pin(const roles::UsePin& typed) {
  if (!order_ || order_->stage != Stage::await_pin) return;
  order_->stage = order_->after_pin;
  order_->pin = fido::Pin::from(as_text(typed.pin.view()));
  if (!order_->pin) pin_is_wrong({Trouble::pin_refused, "using the PIN", {}, {}, {}});
}

bool TokenWork::has_work() const noexcept {
  return order_ && watch_.key() && !watch_.crowded() && !failed_ && !pause_ &&
         order_->stage != Stage::await_pin && order_->stage != Stage::await_request;
}

void TokenWork::step() {
  if (!has_work() || !open()) return;
  switch (order_->stage) {
    case Stage::make: return make();
    case Stage::find: return find();
    case Stage::sign: return sign();
    case Stage::await_pin:
    case Stage::await_request: return;
  }
}

bool TokenWork::open() {
  if (key_) return true;
  auto opened = keys_.open(*watch_.key(), interrupt_);
  if (opened) {
    key_ = std::move(*opened);
    return true;
  }
  stumble(opened.error());
  return false;
}

void TokenWork::make() {
  const auto plan = plan_to_make(key_->info(), order_->wanted, order_->learned);
  if (!plan) return give_up(plan.error());
  if (plan->wants_pin && !order_->pin) return ask_pin();
  ask_touch();
  auto made =
      key_->make(request_for(order_->wanted, *plan), plan->wants_pin ? &*order_->pin : nullptr);
  if (!made) {
    const bool best = order_->wanted.algorithm == channel::TokenAlgorithm::best;
    if (made.error().trouble == Trouble::no_such_algorithm && best &&
        plan->algorithm == fido::Algorithm::ed25519) {
      order_->learned.no_ed25519 = true;
      return;
    }
    return stumble(made.error());
  }
  order_->credential = credential_of(std::move(*made));
  order_->stage = Stage::await_request;
  order_->touch_told = false;
  order_->asks = 0;
  answer(nullptr);
}

void TokenWork::find() {
  if (auto can = check_to_import(key_->info(), order_->wanted); !can) return give_up(can.error());
  if (!order_->pin) return ask_pin();
  auto residents = key_->residents(*order_->pin);
  if (!residents) return stumble(residents.error());
  auto chosen = choose_resident(*residents, order_->wanted);
  if (!chosen) return give_up(chosen.error());
  order_->credential = credential_of(std::move(*chosen));
  // The key itself need not insist on what the line will ask for: its private file has to.
  if (order_->wanted.verify != 0) order_->credential->flags |= ssh::sk_flag::kUserVerification;
  order_->stage = Stage::sign;
}

bool TokenWork::lacks_pin_to_sign(bool verify) const {
  const auto& info = key_->info();
  return verify && !order_->pin && info.pin == fido::PinState::set &&
         (!info.built_in_verification || order_->learned.wants_pin) &&
         order_->wanted.unattended == 0;
}

void TokenWork::sign() {
  const auto& credential = *order_->credential;
  const bool verify =
      order_->wanted.verify != 0 || (credential.flags & ssh::sk_flag::kUserVerification) != 0;
  const bool insists = verify || key_->info().always_verifies || order_->learned.wants_pin;
  if (lacks_pin_to_sign(insists)) return ask_pin();
  const auto message = to_be_signed(order_->wanted.statement.view());
  if (!message) return stumble({Trouble::failed, "signing", message.error().message(), {}, {}});
  ask_touch();
  const auto assertion = key_->sign(credential.key.application(), credential.handle, *message,
                                    verify, insists && order_->pin ? &*order_->pin : nullptr);
  if (!assertion) return stumble(assertion.error());
  answer(&*assertion);
}

/// With the number of tries as it is now: the key may have been used elsewhere meanwhile.
void TokenWork::ask_pin() {
  const auto tries = key_->pin_tries();
  if (!tries) return stumble(tries.error());
  if (*tries <= 0) return stumble({Trouble::pin_blocked, "using the PIN", {}, {}, 0});
  order_->after_pin = std::exchange(order_->stage, Stage::await_pin);
  order_->touch_told = false;
  roles::PinWanted wanted;
  wanted.wrong = order_->pin_was_wrong ? 1 : 0;
  wanted.tries_left = static_cast<std::uint8_t>(std::min(*tries, int{UINT8_MAX}));
  tell_(wanted);
}

void TokenWork::ask_touch() {
  if (!std::exchange(order_->touch_told, true)) tell_(roles::TouchWanted{});
}

void TokenWork::stumble(const fido::Problem& problem) {
  switch (problem.trouble) {
    case Trouble::cancelled:
      if (is_readable(interrupt_)) return;
      break;  // not by us
    case Trouble::timed_out:
      if (++order_->asks < kMaxAsks) return;
      break;
    case Trouble::verification_failed:
      if (++order_->wrong_fingers < kMaxWrong) return;
      break;
    case Trouble::removed:
    case Trouble::not_readable:
    case Trouble::busy: return pause(problem);
    case Trouble::pin_wrong: return pin_is_wrong(problem);
    case Trouble::pin_required:
    case Trouble::verification_blocked: return want_pin(problem);
    default: break;
  }
  give_up(refusal_of(problem));
}

void TokenWork::pin_is_wrong(const fido::Problem& problem) {
  order_->pin.reset();
  order_->pin_was_wrong = true;
  if (++order_->wrong_pins >= kMaxWrong) give_up(refusal_of(problem));
}

/// The key wants a PIN that its description did not ask for.
void TokenWork::want_pin(const fido::Problem& problem) {
  const bool was_learned = std::exchange(order_->learned.wants_pin, true);
  const bool can_help =
      key_ && (order_->wanted.unattended != 0 ? order_->stage == Stage::make
                                              : key_->info().pin == fido::PinState::set);
  if (was_learned || order_->pin || !can_help) give_up(refusal_of(problem));
}

/// The list of what is plugged in, not the key, says whether it has left. But two keys of a kind
/// look alike there, and the PIN is for one of them.
void TokenWork::pause(const fido::Problem& problem) {
  key_.reset();
  if (problem.trouble == Trouble::removed) {
    lost_ = true;
    order_->pin.reset();
    order_->pin_was_wrong = false;
  }
  const bool access = problem.trouble == Trouble::not_readable;
  const auto length = access ? kAccessPause : kPause;
  auto& paused = access ? order_->access_paused : order_->paused;
  paused += length;
  if (paused > (access ? kMaxAccessPaused : kMaxPaused)) return give_up(refusal_of(problem));
  pause_ = length;
}

void TokenWork::give_up(const Refusal& refusal) {
  roles::TokenFailed failed;
  failed.trouble = static_cast<std::uint8_t>(refusal.trouble);
  failed.text.assign_cut(refusal.text);
  key_.reset();
  order_.reset();
  failed_ = failed;
  tell_(failed);
}

void TokenWork::answer(const fido::Assertion* assertion) {
  const auto made = answer_with(*order_->credential, assertion);
  if (!made) return stumble({Trouble::nonsense, "passing it on", made.error().message(), {}, {}});
  if (assertion != nullptr) {
    key_.reset();
    order_.reset();
  }
  tell_(*made);
}

}  // namespace latchkey::token
