// SPDX-License-Identifier: MIT
#include "firmware/net/conversation.hpp"

#include <utility>

#include "core/text.hpp"

namespace latchkey::net {
namespace {

using channel::ResultCode;
using Why = roles::PeerGone::Why;

/// What the peer hears when the monitor refuses it inside the encrypted channel.
channel::Outcome outcome_for(const channel::Refusal& refusal) {
  channel::Outcome outcome;
  outcome.code = ResultCode::window_closed;
  outcome.text =
      refusal.reason == channel::RefusalReason::timed_out
          ? "It took too long, and the Pi ended the pairing; press its button and start again."
          : "The Pi's pairing window was closed; press its button and start again.";
  if (refusal.reason == channel::RefusalReason::internal) {
    outcome.code = ResultCode::internal;
    outcome.text = "The Pi had a fault of its own; see its journal: journalctl -u latchkeyd.";
  }
  return outcome;
}

channel::Outcome outcome_of(const roles::AnswerPeer& answer) {
  channel::Outcome outcome;
  outcome.code = answer.code;
  // Nothing that a path may contain is to keep the answer from leaving.
  outcome.text = make_printable(answer.text.view(), roles::kMaxText);
  outcome.fingerprint = make_printable(answer.fingerprint.view(), roles::kMaxName);
  outcome.path = make_printable(answer.path.view(), roles::kMaxPath);
  outcome.sshd_running = answer.sshd_running != 0;
  outcome.log_position = answer.log_position;
  outcome.log_hash = answer.log_hash;
  return outcome;
}

}  // namespace

std::optional<Millis> time_for(Step step, const Limits& limits) noexcept {
  switch (step) {
    case Step::greeting: return limits.greeting;
    case Step::proof:
    case Step::handshake:
    case Step::farewell: return limits.machine_step;
    case Step::offer: return limits.offer;
    case Step::verdict: return limits.verdict;
    case Step::admission:
    case Step::share:
    case Step::release:
    case Step::refusal:
    case Step::answer:
    case Step::judgement: break;
  }
  return std::nullopt;
}

Conversation::Conversation(const WindowFacts& facts, const Limits& limits, crypto::Random& random)
    : facts_(facts), limits_(limits), session_(random) {}

void Conversation::receive(ByteView bytes) {
  if (step_ == Step::farewell) return;
  received_ += bytes.size();
  if (received_ > limits_.input) return end(Why::broke_protocol);
  session_.receive(bytes);
  pump();
}

void Conversation::end(Why why) {
  say_goodbye({why == Why::stalled ? channel::RefusalReason::timed_out
                                   : channel::RefusalReason::malformed});
  report_gone(why);
}

void Conversation::say_goodbye(const channel::Refusal& refusal) {
  const Step before = std::exchange(step_, Step::farewell);
  if (before == Step::farewell) return;
  // Inside the channel only an outcome can say why. During its handshake nothing can, and once
  // there is a result no other shall contradict it.
  const bool can_say = before == Step::offer || before == Step::answer;
  if (!can_say || !session_.answer(outcome_for(refusal))) session_.refuse(refusal);
}

void Conversation::use_code(std::string_view digits) {
  if (step_ != Step::admission) return;
  auto started = session_.start(facts_.hello, digits);
  if (started) started = session_.set_welcome(facts_.welcome);
  if (!started) {
    say_goodbye({channel::RefusalReason::internal});
    return report_gone(Why::broke_protocol);
  }
  step_ = Step::share;
  pump();
}

void Conversation::release_share() {
  if (step_ != Step::release) return;
  if (!session_.release_share()) return end(Why::broke_protocol);
  step_ = Step::proof;
  pump();
}

void Conversation::refuse(const channel::Refusal& refusal) {
  if (!greeted_ || step_ == Step::farewell) return;
  // The monitor may not have read the greeting yet when it said this: then it hears of the end.
  if (step_ == Step::admission) report_gone(Why::left);
  gone_ = true;
  say_goodbye(refusal);
}

void Conversation::answer(const roles::AnswerPeer& answer) {
  if (step_ != Step::answer && step_ != Step::judgement) return;
  const auto outcome = outcome_of(answer);
  if (!session_.answer(outcome)) return end(Why::broke_protocol);
  step_ = step_ == Step::answer && outcome.ok() ? Step::verdict : Step::farewell;
}

void Conversation::dismiss() {
  if (!greeted_ || step_ == Step::admission || step_ == Step::farewell) return;
  gone_ = true;
  step_ = Step::farewell;
}

std::optional<roles::FromNet> Conversation::next_report() {
  if (reports_.empty()) return std::nullopt;
  const auto message = reports_.front();
  reports_.pop_front();
  return message;
}

void Conversation::pump() {
  while (step_ != Step::farewell) {
    const auto event = session_.next_event();
    if (!event) break;
    handle(*event);
  }
  if (step_ == Step::handshake && session_.awaits_offer()) step_ = Step::offer;
}

void Conversation::handle(const channel::PiEvent& event) {
  if (const auto* greeted = std::get_if<channel::Greeted>(&event)) {
    greeted_ = true;
    step_ = Step::admission;
    roles::PeerGreeted message;
    message.name.assign_cut(greeted->name);
    report(message);
  } else if (std::holds_alternative<channel::ShareWanted>(event)) {
    step_ = Step::release;
    report(roles::ShareWanted{});
  } else if (std::holds_alternative<channel::CodeProved>(event)) {
    step_ = Step::handshake;
    report(roles::CodeProved{});
  } else if (std::holds_alternative<channel::CodeWrong>(event)) {
    step_ = Step::refusal;
    report(roles::CodeWrong{});
  } else if (const auto* offered = std::get_if<channel::Offered>(&event)) {
    pass_on(offered->offer);
  } else if (const auto* judged = std::get_if<channel::Judged>(&event)) {
    step_ = Step::judgement;
    report(roles::VerdictArrived{static_cast<std::uint8_t>(judged->verdict.logged_in ? 1 : 0)});
  } else if (const auto* broken = std::get_if<channel::PeerBroken>(&event)) {
    step_ = Step::farewell;
    report_gone(broken->error.is(Errc::closed) ? Why::left : Why::broke_protocol);
  }
}

void Conversation::pass_on(const channel::Offer& offer) {
  roles::OfferArrived message;
  message.comment.assign_cut(offer.comment);
  if (message.account.assign(offer.account) && message.key.assign(offer.key) &&
      message.limits.assign(offer.limits) && message.signature.assign(offer.signature)) {
    step_ = Step::answer;
    return report(message);
  }
  channel::Outcome outcome;
  outcome.code = ResultCode::bad_request;
  outcome.text = "The offer has a field that is longer than the Pi takes; offer another key.";
  (void)session_.answer(outcome);
  step_ = Step::farewell;
  report_gone(Why::broke_protocol);
}

void Conversation::report_gone(Why why) {
  if (!greeted_ || std::exchange(gone_, true)) return;
  report(roles::PeerGone{why});
}

}  // namespace latchkey::net
