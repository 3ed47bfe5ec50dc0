// SPDX-License-Identifier: MIT
#include "firmware/net/conversation.hpp"

#include <utility>

#include "core/crypto/secret.hpp"
#include "core/text.hpp"

namespace latchkey::net {
namespace {

using channel::ResultCode;
using Why = roles::PeerGone::Why;

/// What the peer hears when the monitor refuses it inside the encrypted channel.
channel::Outcome outcome_for(const channel::Refusal& refusal) {
  const auto with = [](ResultCode code, std::string_view text) {
    channel::Outcome outcome;
    outcome.code = code;
    outcome.text = text;
    return outcome;
  };
  switch (refusal.reason) {
    case channel::RefusalReason::timed_out:
      return with(ResultCode::window_closed,
                  "It took too long, and the Pi ended the pairing; press its button and start "
                  "again.");
    case channel::RefusalReason::key_in_pi:
      return with(ResultCode::window_closed,
                  "A security key was plugged into the Pi, which enrols that one instead.");
    case channel::RefusalReason::internal:
      return with(ResultCode::internal,
                  "The Pi had a fault of its own; see its journal: journalctl -u latchkeyd.");
    default: break;
  }
  return with(ResultCode::window_closed,
              "The Pi's pairing window was closed; press its button and start again.");
}

channel::Outcome outcome_of(const roles::AnswerPeer& answer) {
  channel::Outcome outcome;
  outcome.code = answer.code;
  // Nothing that a path may contain is to keep the answer from leaving.
  outcome.text = make_printable(answer.text.view(), roles::kMaxText);
  outcome.fingerprint = make_printable(answer.fingerprint.view(), roles::kMaxName);
  outcome.path = make_printable(answer.path.view(), roles::kMaxPath);
  outcome.hardware = make_printable(answer.hardware.view(), roles::kMaxText);
  outcome.sshd_running = answer.sshd_running != 0;
  outcome.log_position = answer.log_position;
  outcome.log_hash = answer.log_hash;
  return outcome;
}

channel::KeyHandle handle_of(const roles::KeyHandleFields& fields) {
  auto handle = fields.key_handle();
  handle.account = make_printable(handle.account, roles::kMaxAccount);
  handle.comment = make_printable(handle.comment, roles::kMaxComment);
  return handle;
}

constexpr std::uint8_t flag(bool value) noexcept { return value ? 1 : 0; }

}  // namespace

void wipe(roles::FromNet& report) noexcept {
  if (auto* arrived = std::get_if<roles::PinArrived>(&report)) crypto::wipe(arrived->pin.data);
}

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
    case Step::token:
    case Step::handles:
    case Step::answer:
    case Step::judgement: break;
  }
  return std::nullopt;
}

Conversation::Conversation(const WindowFacts& facts, const Limits& limits, crypto::Random& random)
    : facts_(facts), limits_(limits), session_(random) {}

Conversation::~Conversation() {
  for (auto& report : reports_) wipe(report);
}

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
  const bool can_say = before >= Step::offer && before <= Step::answer;
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
  const bool asked = step_ == Step::answer || step_ == Step::judgement;
  const auto outcome = outcome_of(answer);
  // While a key is being made, or handles are collected, nothing but a refusal answers that.
  const bool failed = (step_ == Step::token || step_ == Step::handles) && !outcome.ok();
  if (!asked && !failed) return;
  if (!session_.answer(outcome)) return end(Why::broke_protocol);
  step_ = step_ == Step::answer && outcome.ok() ? Step::verdict : Step::farewell;
}

void Conversation::ask_signature(const roles::AskSignature& wanted) {
  if (step_ != Step::answer) return;
  const channel::SignatureWanted message{make_printable(wanted.why.view(), roles::kMaxText)};
  if (!session_.want_signature(message)) return end(Why::broke_protocol);
  step_ = Step::offer;
}

void Conversation::tell(const roles::TokenReport& news) {
  if (step_ != Step::token) return;
  const channel::TokenEvent event{.news = news.news,
                                  .tries_left = news.tries_left,
                                  .key = make_printable(news.key.view(), roles::kMaxName)};
  question_ = news.question;
  if (!session_.tell(event)) end(Why::broke_protocol);
}

void Conversation::hand_over(const roles::HandOver& handover) {
  if (step_ != Step::token) return;
  if (!session_.give(channel::TokenMade{handle_of(handover.made)})) {
    return end(Why::broke_protocol);
  }
  step_ = Step::answer;
}

void Conversation::add_handle(const roles::HandleItem& item) {
  if (step_ != Step::handles) return;
  handles_.push_back(handle_of(item.handle));
  // At once, so that there are never more than one message takes.
  handles_ = channel::latest_that_fit(std::move(handles_)).handles;
}

void Conversation::give_handles() {
  if (step_ != Step::handles) return;
  if (!session_.give(channel::Handles{std::move(handles_)})) return end(Why::broke_protocol);
  step_ = Step::farewell;
}

void Conversation::dismiss() {
  if (!greeted_ || step_ == Step::admission || step_ == Step::farewell) return;
  gone_ = true;
  step_ = Step::farewell;
}

std::optional<roles::FromNet> Conversation::next_report() {
  // One return, so that no copy stays behind on the stack (GCC).
  std::optional<roles::FromNet> message;
  if (!reports_.empty()) {
    message.emplace(reports_.front());
    wipe(reports_.front());
    reports_.pop_front();
  }
  return message;
}

void Conversation::pump() {
  while (step_ != Step::farewell) {
    const auto event = session_.next_event();
    if (!event) break;
    std::visit([this](const auto& one) { on(one); }, *event);
  }
  if (step_ == Step::handshake && session_.awaits_offer()) step_ = Step::offer;
}

void Conversation::on(const channel::Greeted& peer) {
  greeted_ = true;
  roles::PeerGreeted message;
  message.name.assign_cut(peer.name);
  report(Step::admission, message);
}

void Conversation::on(const channel::ShareWanted& /*wanted*/) {
  report(Step::release, roles::ShareWanted{});
}

void Conversation::on(const channel::CodeProved& /*proved*/) {
  report(Step::handshake, roles::CodeProved{});
}

void Conversation::on(const channel::CodeWrong& /*wrong*/) {
  report(Step::refusal, roles::CodeWrong{});
}

void Conversation::on(const channel::Offered& offered) {
  const auto& offer = offered.offer;
  roles::OfferArrived message;
  message.comment.assign_cut(offer.comment);
  if (!message.account.assign(offer.account) || !message.key.assign(offer.key) ||
      !message.limits.assign(offer.limits) || !message.signature.assign(offer.signature) ||
      !message.attestation.assign(offer.attestation)) {
    return refuse_request();
  }
  report(Step::answer, message);
}

void Conversation::on(const channel::TokenAsked& asked) {
  const auto& request = asked.request;
  roles::TokenRequested message;
  message.comment.assign_cut(request.comment);
  message.algorithm = request.algorithm;
  message.resident = flag(request.resident);
  message.verify = flag(request.verify);
  message.existing = flag(request.existing);
  if (!message.account.assign(request.account) || !message.limits.assign(request.limits) ||
      !message.application.assign(request.application) || !message.user.assign(request.user)) {
    return refuse_request();
  }
  report(Step::token, message);
}

void Conversation::on(const channel::PinGiven& given) {
  roles::PinArrived message;
  // Within its bound, or the session would not have read it.
  (void)message.pin.assign(given.typed.pin);
  message.question = question_;  // the session lets none through that answers an older one
  roles::FromNet report_of_it = message;
  report(report_of_it);
  wipe(report_of_it);
  crypto::wipe(message.pin.data);
}

void Conversation::on(const channel::HandlesAsked& asked) {
  roles::HandlesRequested message;
  if (!message.account.assign(asked.request.account)) return refuse_request();
  report(Step::handles, message);
}

void Conversation::on(const channel::Judged& judged) {
  report(Step::judgement, roles::VerdictArrived{flag(judged.verdict.logged_in)});
}

void Conversation::on(const channel::PeerBroken& broken) {
  step_ = Step::farewell;
  report_gone(broken.error.is(Errc::closed) ? Why::left : Why::broke_protocol);
}

void Conversation::report(Step next, const roles::FromNet& message) {
  step_ = next;
  report(message);
}

void Conversation::refuse_request() {
  channel::Outcome outcome;
  outcome.code = ResultCode::bad_request;
  outcome.text =
      "A field of the request, such as the account, is longer than the Pi takes; ask again with a "
      "shorter one.";
  (void)session_.answer(outcome);
  step_ = Step::farewell;
  report_gone(Why::broke_protocol);
}

void Conversation::report_gone(Why why) {
  if (!greeted_ || std::exchange(gone_, true)) return;
  report(roles::PeerGone{why});
}

}  // namespace latchkey::net
