// SPDX-License-Identifier: MIT
#include "firmware/monitor/monitor.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <algorithm>
#include <utility>

#include "core/sentence.hpp"
#include "firmware/monitor/enrolment.hpp"
#include "firmware/monitor/offer.hpp"
#include "firmware/monitor/settings.hpp"

namespace latchkey::monitor {
namespace {

using channel::ResultCode;

pairing::Policy window_policy(const config::Config& config) {
  pairing::Policy policy;
  policy.code_lifetime = pairing::designed_code_lifetime(shape_of(config), speed_of(config));
  policy.confirm_press = config.confirm == config::Confirm::press;
  return policy;
}

/// Nothing but a numeric address may reach sshd's command line.
std::string numeric_address(std::string_view text) {
  const std::string address(text);
  in6_addr parsed{};
  const bool numeric = ::inet_pton(AF_INET, address.c_str(), &parsed) == 1 ||
                       ::inet_pton(AF_INET6, address.c_str(), &parsed) == 1;
  return numeric ? address : std::string();
}

bool is_same_offer(const Offer& before, const roles::OfferArrived& now) {
  return as_text(before.asked.key.view()) == as_text(now.key.view()) &&
         before.asked.account.view() == now.account.view();
}

std::optional<Instant> earliest(std::optional<Instant> left, std::optional<Instant> right) {
  if (!left) return right;
  return right ? std::min(*left, *right) : left;
}

}  // namespace

Monitor::Monitor(const config::Config& config, World world, bool pressed)
    : config_(config),
      policy_(window_policy(config)),
      world_(std::move(world)),
      gestures_(world_.clock.now(), pressed),
      led_(world_.led) {
  if (pressed) log_fault("starting with the button down: it opens nothing before it is let go");
  const auto failures = world_.failures.load();
  feed(pairing::PowerOn{static_cast<std::uint32_t>(failures.windows), failures.locked});
}

Monitor::~Monitor() = default;

void Monitor::on_edge(const gpio::Edge& edge) {
  const auto gesture = gestures_.feed({edge.at, edge.pressed, edge.after_loss});
  if (gesture == pairing::Gesture::short_press) feed(pairing::ShortPress{});
  if (gesture == pairing::Gesture::hold) feed(pairing::Hold{});
  reschedule();
}

void Monitor::wake(Instant heard) {
  const auto now = world_.clock.now();
  const auto gesture = gestures_.advance(heard);
  if (gesture == pairing::Gesture::short_press) feed(pairing::ShortPress{});
  if (gesture == pairing::Gesture::hold) feed(pairing::Hold{});
  if (const auto due = pairing::next_deadline(policy_, state_); due && *due <= now) {
    feed(pairing::TimePassed{});
  }
  reschedule();
}

void Monitor::shut_down() { feed(pairing::ShutDown{}); }

void Monitor::break_down(const Error& why) {
  if (std::exchange(broken_, true)) return;
  log_fault(sentence(why));
  feed(pairing::ShutDown{});
}

void Monitor::feed(pairing::EventBody body) {
  queue_.push_back(body);
  // A deed may feed; its event waits until the list of actions is done.
  if (!running_) run_queue();
}

void Monitor::run_queue() {
  running_ = true;
  while (!queue_.empty()) {
    const auto body = queue_.front();
    queue_.pop_front();
    auto [state, actions] = pairing::step(policy_, state_, {world_.clock.now(), body});
    state_ = std::move(state);
    for (const auto& action : actions) {
      if (const auto done = perform(action); !done) {
        log_fault(sentence(done.error()));
        queue_.emplace_back(pairing::ServiceFailed{});
        break;
      }
    }
  }
  running_ = false;
  reschedule();
}

void Monitor::reschedule() {
  // A LED that cannot be set must not take the window down with it, nor fill the log: it is tried
  // again with whatever happens next.
  const bool failed_before = led_.fails();
  const auto change = led_.advance(world_.clock.now());
  if (!change && !failed_before) {
    log_fault(sentence(change.error()));
    if (world_.on_led_fault) world_.on_led_fault();
  }
  world_.alarm.set(
      earliest(change ? *change : std::nullopt,
               earliest(gestures_.next_deadline(), pairing::next_deadline(policy_, state_))));
}

// --- what the roles say -----------------------------------------------------------------------

void Monitor::on_net(const Result<roles::FromNet>& message) {
  if (!message) {
    net_.reset();
    return feed(pairing::ServiceFailed{});
  }
  if (const auto* greeted = std::get_if<roles::PeerGreeted>(&*message)) {
    // One that comes while another is served must not lend that one its name and address.
    if (state_.phase == pairing::Phase::open) {
      peer_ = greeted->peer;
      peer_name_ = greeted->name.str();
      peer_address_ = numeric_address(greeted->address.view());
    }
    return feed(pairing::PeerGreeted{});
  }
  if (const auto* offered = std::get_if<roles::OfferArrived>(&*message)) {
    return on_offer(*offered);
  }
  if (const auto* request = std::get_if<roles::TokenRequested>(&*message)) {
    return on_token_request(*request);
  }
  if (const auto* typed = std::get_if<roles::PinArrived>(&*message)) {
    if (!key_in_pi_.use_pin(*typed)) feed(pairing::ServiceFailed{});
    return;
  }
  if (const auto* request = std::get_if<roles::HandlesRequested>(&*message)) {
    handles_of_ = request->account.str();
    return feed(pairing::HandlesRequested{});
  }
  if (const auto* verdict = std::get_if<roles::VerdictArrived>(&*message)) {
    // At any other time it is out of order, and not what happened.
    if (offer_ && state_.phase == pairing::Phase::done) {
      offer_->logged_in = verdict->logged_in != 0;
      if (offer_->logged_in) hand_over_is_done();
    }
    if (verdict->logged_in != 0) return feed(pairing::VerdictLoggedIn{});
    return feed(pairing::VerdictTakeOut{});
  }
  if (std::holds_alternative<roles::ShareWanted>(*message)) return feed(pairing::ShareWanted{});
  if (std::holds_alternative<roles::CodeProved>(*message)) return feed(pairing::CodeProved{});
  if (std::holds_alternative<roles::CodeWrong>(*message)) return feed(pairing::CodeWrong{});
  const auto why = std::get<roles::PeerGone>(*message).why;
  if (why == roles::PeerGone::Why::left && state_.phase == pairing::Phase::done) {
    hand_over_is_done();
  }
  feed(pairing::PeerGone{});
}

void Monitor::on_offer(const roles::OfferArrived& offered) {
  // Kept only where the window wants it; a second one must not replace the first.
  if (state_.phase == pairing::Phase::code_proved) {
    // The signature that was asked for is to prove what was offered before, and nothing else.
    if (state_.signature_asked && (!offer_ || !is_same_offer(*offer_, offered))) {
      return distrust("latchkey-net");
    }
    offer_ = std::make_unique<Offer>();
    offer_->asked = offered;
  }
  feed(pairing::OfferArrived{});
}

void Monitor::on_verdict(Result<roles::KeyVerdict> verdict) {
  verify_.reset();
  if (!verdict || !offer_) return feed(pairing::ServiceFailed{});
  offer_->key = *verdict;
  if (const auto trouble = offer_->key.trust_trouble.str(); !trouble.empty()) {
    (void)world_.log.append({"fault", {{"doing", trouble}}}, world_.clock.wall());
  }
  offer_->verdict = judge(config_.policy, *facts_, offer_->key, true);
  if (offer_->verdict.lacks_signature && !state_.signature_asked) {
    return feed(pairing::SignatureWanted{});
  }
  if (offer_->verdict.ok()) {
    // Policy is content; the account's own sshd settings have the last word.
    const auto destination =
        world_.site.destination(*offer_->account, offer_->key.key_type.str(), peer_address_);
    if (!destination) return feed(pairing::ServiceFailed{});
    offer_->verdict = {destination->code, destination->text};
    if (offer_->verdict.ok()) {
      const auto now = world_.clock.wall();
      auto order = order_for(config_, *offer_->account, *destination, offer_->key,
                             limit(config_.policy, offer_->asked.limits.limits(), now), now);
      if (!order) return feed(pairing::ServiceFailed{});
      offer_->order = *order;
    }
  }
  if (!offer_->verdict.ok()) return feed(pairing::ProofRefused{});
  hand_over();
  feed(pairing::ProofAccepted{});
}

void Monitor::on_written(Result<roles::KeyfileAnswer> answer) {
  writer_.reset();
  const bool removal = state_.phase == pairing::Phase::removing;
  if (!offer_) return feed(pairing::ServiceFailed{});
  offer_->verdict = written(answer);
  if (answer) offer_->path = answer->path.str();
  if (offer_->made) after_writing_made(removal);
  // Here, not with the answer: whoever leaves before it does not keep his key out of the log.
  auto& verdict = offer_->verdict;
  offer_->logged = log_key(event_name(verdict.code), verdict.text);
  if (removal) return feed(pairing::RemovalFinished{offer_->verdict.ok()});
  if (!offer_->verdict.ok()) return feed(pairing::WriteFailed{});
  if (verdict.code == ResultCode::added) start_sshd();
  // Whom nobody answers, the Pi's own terminal at least is told of.
  if (!state_.owes_answer) tell_progress(verdict.text, Ending::enrolled);
  feed(pairing::WriteSucceeded{offer_->verdict.code == ResultCode::already_there});
}

// --- latchkeyctl ------------------------------------------------------------------------------

roles::StatusReply Monitor::status() {
  if (world_.on_asked) world_.on_asked();
  roles::StatusReply reply;
  reply.phase.assign_cut(pairing::name(state_.phase));
  reply.led.assign_cut(pairing::name(pattern_));
  reply.last_ending.assign_cut(last_ending_);
  reply.device.assign_cut(config_.name);
  const auto accounts = enrollable(config_.policy.accounts);
  if (!accounts.empty()) reply.account.assign_cut(accounts.front().name);
  reply.security_key.assign_cut(key_in_pi_.name());
  reply.port = net_ ? net_->port() : std::uint16_t{0};
  reply.failed_windows =
      static_cast<std::uint8_t>(std::min<std::size_t>(state_.failures.size(), 255));
  if (const auto due = pairing::next_deadline(policy_, state_)) {
    const auto left = std::max(Millis::zero(), *due - world_.clock.now());
    reply.seconds_left =
        static_cast<std::uint32_t>(std::chrono::ceil<std::chrono::seconds>(left).count());
  }
  reply.log_position = world_.log.head().position;
  return reply;
}

Result<void> Monitor::pair(OnProgress on_progress) {
  if (world_.on_asked) world_.on_asked();
  if (broken_) return fail(Errc::closed, "opening a window");
  if (state_.phase != pairing::Phase::idle) {
    return fail(Errc::out_of_order, "opening a window");
  }
  on_progress_ = std::move(on_progress);
  feed(pairing::OpenRequested{});
  return {};
}

void Monitor::tell_progress(const std::string& text, Ending ending) {
  if (!on_progress_) return;
  roles::PairProgress progress;
  progress.phase.assign_cut(pairing::name(state_.phase));
  if (code_) progress.digits.assign_cut(code_->digits());
  progress.port = net_ ? net_->port() : std::uint16_t{0};
  progress.finished = ending == Ending::none ? 0 : 1;
  progress.enrolled = ending == Ending::enrolled ? 1 : 0;
  progress.text.assign_cut(text);
  on_progress_(progress);
  crypto::wipe(progress.digits.raw.data);
  if (ending != Ending::none) on_progress_ = nullptr;
}

}  // namespace latchkey::monitor
