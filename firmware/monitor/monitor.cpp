// SPDX-License-Identifier: MIT
#include "firmware/monitor/monitor.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <algorithm>
#include <utility>

#include "core/channel/statement.hpp"
#include "firmware/monitor/enrolment.hpp"

namespace latchkey::monitor {
namespace {

using channel::ResultCode;

pairing::CodeShape shape_of(const config::Config& config) {
  return config.code == config::CodeShape::strict ? pairing::CodeShape::strict
                                                  : pairing::CodeShape::normal;
}

pairing::Speed speed_of(const config::Config& config) {
  switch (config.speed) {
    case config::Speed::slow: return pairing::Speed::slow;
    case config::Speed::normal: return pairing::Speed::normal;
    case config::Speed::fast: return pairing::Speed::fast;
  }
  return pairing::Speed::normal;
}

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

std::optional<Instant> earliest(std::optional<Instant> left, std::optional<Instant> right) {
  if (!left) return right;
  return right ? std::min(*left, *right) : left;
}

}  // namespace

/// The one key of a window, with all that is known of it.
struct Monitor::Offer {
  roles::OfferArrived asked;
  const Account* account = nullptr;  ///< of facts_
  roles::KeyVerdict key;
  Verdict verdict;  ///< what the peer is to hear
  roles::AddLine order;
  std::string path;
  bool logged_in = false;  ///< the host said so
  /// Where the log says what the writer did, until the peer is told.
  std::optional<AuditHead> logged;
};

Monitor::Monitor(const config::Config& config, World world, bool pressed)
    : config_(config),
      policy_(window_policy(config)),
      world_(world),
      gestures_(world.clock.now(), pressed),
      led_(world.led) {
  const auto failures = world_.failures.load();
  feed(pairing::PowerOn{static_cast<std::uint32_t>(failures.windows), failures.locked});
}

Monitor::~Monitor() = default;

void Monitor::on_edge(const gpio::Edge& edge) {
  const auto gesture = gestures_.feed({edge.at, edge.pressed});
  if (gesture == pairing::Gesture::short_press) feed(pairing::ShortPress{});
  if (gesture == pairing::Gesture::hold) feed(pairing::Hold{});
  reschedule();
}

void Monitor::wake() {
  const auto now = world_.clock.now();
  const auto gesture = gestures_.advance(now);
  if (gesture == pairing::Gesture::short_press) feed(pairing::ShortPress{});
  if (gesture == pairing::Gesture::hold) feed(pairing::Hold{});
  if (const auto due = pairing::next_deadline(policy_, state_); due && *due <= now) {
    feed(pairing::TimePassed{});
  }
  reschedule();
}

void Monitor::shut_down() { feed(pairing::ShutDown{}); }

void Monitor::feed(pairing::EventBody body) {
  queue_.push_back(std::move(body));
  // A deed may feed; its event waits until the list of actions is done.
  if (!running_) run_queue();
}

void Monitor::run_queue() {
  running_ = true;
  while (!queue_.empty()) {
    const auto body = std::move(queue_.front());
    queue_.pop_front();
    auto [state, actions] = pairing::step(policy_, state_, {world_.clock.now(), body});
    state_ = std::move(state);
    for (const auto& action : actions) {
      if (const auto done = perform(action); !done) {
        (void)world_.log.append({"fault", {{"doing", done.error().message()}}},
                                world_.clock.wall());
        queue_.emplace_back(pairing::ServiceFailed{});
        break;
      }
    }
  }
  running_ = false;
  reschedule();
}

void Monitor::reschedule() {
  // A LED that cannot be set must not take the window down with it.
  const auto change = led_.advance(world_.clock.now());
  world_.alarm.set(
      earliest(change ? *change : std::nullopt,
               earliest(gestures_.next_deadline(), pairing::next_deadline(policy_, state_))));
}

// --- what the roles say -----------------------------------------------------------------------

void Monitor::on_net(Result<roles::FromNet> message) {
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
    // Kept only where the window wants it; a second one must not replace the first.
    if (state_.phase == pairing::Phase::code_proved) {
      offer_ = std::make_unique<Offer>();
      offer_->asked = *offered;
    }
    return feed(pairing::OfferArrived{});
  }
  if (const auto* verdict = std::get_if<roles::VerdictArrived>(&*message)) {
    // At any other time it is out of order, and not what happened.
    if (offer_ && state_.phase == pairing::Phase::done) {
      offer_->logged_in = verdict->logged_in != 0;
    }
    if (verdict->logged_in != 0) return feed(pairing::VerdictLoggedIn{});
    return feed(pairing::VerdictTakeOut{});
  }
  if (std::holds_alternative<roles::ShareWanted>(*message)) return feed(pairing::ShareWanted{});
  if (std::holds_alternative<roles::CodeProved>(*message)) return feed(pairing::CodeProved{});
  if (std::holds_alternative<roles::CodeWrong>(*message)) return feed(pairing::CodeWrong{});
  feed(pairing::PeerGone{});
}

void Monitor::on_verdict(Result<roles::KeyVerdict> verdict) {
  verify_.reset();
  if (!verdict || !offer_) return feed(pairing::ServiceFailed{});
  offer_->key = *verdict;
  offer_->verdict = judge(config_.policy, *facts_, offer_->key, true);
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
  if (offer_->verdict.ok()) return feed(pairing::ProofAccepted{});
  feed(pairing::ProofRefused{});
}

void Monitor::on_written(Result<roles::KeyfileAnswer> answer) {
  writer_.reset();
  const bool removal = state_.phase == pairing::Phase::removing;
  if (!offer_) return feed(pairing::ServiceFailed{});
  if (!answer) {
    const bool stuck = answer.error().is(Errc::timed_out);
    offer_->verdict = {ResultCode::write_failed,
                       stuck ? "The writer did not come to an end and was stopped."
                             : "The writer failed: " + answer.error().message() + "."};
  } else {
    offer_->verdict = written(*answer);
    offer_->path = answer->path.str();
  }
  // Here, not with the answer: whoever leaves before it does not keep his key out of the log.
  auto& verdict = offer_->verdict;
  offer_->logged = log_key(event_name(verdict.code), verdict.text);
  if (removal) return feed(pairing::RemovalFinished{offer_->verdict.ok()});
  if (!offer_->verdict.ok()) return feed(pairing::WriteFailed{});
  feed(pairing::WriteSucceeded{offer_->verdict.code == ResultCode::already_there});
}

// --- the window's actions ---------------------------------------------------------------------

Result<void> Monitor::perform(const pairing::Action& action) {
  using namespace pairing;
  return std::visit(
      [this](const auto& deed) -> Result<void> {
        using Deed = std::decay_t<decltype(deed)>;
        if constexpr (std::is_same_v<Deed, StartListening>) return start_listening();
        if constexpr (std::is_same_v<Deed, MakeCode>) return make_code();
        if constexpr (std::is_same_v<Deed, StartVerify>) return start_verify();
        if constexpr (std::is_same_v<Deed, StartWrite>) return start_writer(order());
        if constexpr (std::is_same_v<Deed, StartRemoval>) {
          return start_writer(roles::RemoveLine{order().target, order().line});
        }
        if constexpr (std::is_same_v<Deed, PersistFailures>) {
          return world_.failures.save({static_cast<int>(deed.failures), deed.locked});
        }
        if constexpr (std::is_same_v<Deed, ReleaseShare>) {
          if (net_) return net_->tell(roles::ReleaseShare{});
        }
        if constexpr (std::is_same_v<Deed, StopAccepting>) {
          if (net_) return net_->tell(roles::StopAccepting{});
        }
        if constexpr (std::is_same_v<Deed, StopListening>) net_.reset();
        if constexpr (std::is_same_v<Deed, StopVerify>) verify_.reset();
        if constexpr (std::is_same_v<Deed, StopWriter>) writer_.reset();
        if constexpr (std::is_same_v<Deed, WipeCode>) code_.reset();
        if constexpr (std::is_same_v<Deed, Show>) show(deed.pattern, deed.then);
        if constexpr (std::is_same_v<Deed, RefusePeer>) refuse_peer(deed.refusal);
        if constexpr (std::is_same_v<Deed, AnswerPeer>) answer_peer(deed.answer);
        if constexpr (std::is_same_v<Deed, DropPeer>) {
          if (net_) return net_->tell(roles::DropPeer{});
        }
        if constexpr (std::is_same_v<Deed, Record>) record(deed.reason);
        if constexpr (std::is_same_v<Deed, Close>) close(deed.reason);
        return {};
      },
      action);
}

Result<void> Monitor::start_listening() {
  auto facts = world_.site.survey();
  if (!facts) return fail(std::move(facts));
  facts_ = std::move(*facts);
  auto window =
      describe_window(config_, *facts_, pairing::group_count(shape_of(config_)), world_.random);
  if (!window) return fail(std::move(window));
  window_ = *window;
  offer_.reset();
  auto net = world_.crew.serve(window_, [this](auto message) { on_net(std::move(message)); });
  if (!net) return fail(std::move(net));
  net_ = std::move(*net);
  tell_progress(fmt::format(
      "The window is open for {} s: run `latchkey enroll` on the laptop.",
      std::chrono::duration_cast<std::chrono::seconds>(policy_.somebody_comes).count()));
  return {};
}

Result<void> Monitor::make_code() {
  auto code = pairing::BlinkCode::make(shape_of(config_), world_.random);
  if (!code) return fail(std::move(code));
  code_ = std::move(*code);
  roles::UseCode message;
  message.peer = peer_;
  if (!message.digits.assign(code_->digits())) return fail(Errc::too_large, "passing on the code");
  auto told = net_ ? net_->tell(message) : Result<void>(fail(Errc::closed, "passing on the code"));
  crypto::wipe(message.digits.raw.data);
  if (told) tell_progress({});
  return told;
}

Result<void> Monitor::start_verify() {
  if (!offer_ || !facts_) return fail(Errc::out_of_order, "checking the offer");
  offer_->account = account_for(*facts_, offer_->asked.account.view());
  if (offer_->account == nullptr) {
    offer_->verdict = account_refused(*facts_, offer_->asked.account.view());
    feed(pairing::ProofRefused{});
    return {};
  }
  // Those that the peer was told of: more than fit into the window's description were left out.
  std::vector<Bytes> told;
  for (std::size_t i = 0; i < window_.host_key_count; ++i) {
    told.push_back(window_.host_keys.at(i).bytes());
  }
  auto host_keys = channel::hash_host_keys(told);
  if (!host_keys) return fail(std::move(host_keys));
  roles::ProofQuestion question;
  question.challenge = window_.challenge;
  question.host_keys_hash = *host_keys;
  question.require_user_verification = config_.policy.user_verification ? 1 : 0;
  question.account = offer_->asked.account;
  question.key = offer_->asked.key;
  question.comment = offer_->asked.comment;
  question.limits = offer_->asked.limits;
  question.signature = offer_->asked.signature;
  auto job = world_.crew.verify(question, [this](auto verdict) { on_verdict(std::move(verdict)); });
  if (!job) return fail(std::move(job));
  verify_ = std::move(*job);
  return {};
}

Result<void> Monitor::start_writer(const roles::ToKeyfile& order) {
  if (!offer_) return fail(Errc::out_of_order, "writing");
  auto job = world_.crew.write(order, *offer_->account,
                               [this](auto answer) { on_written(std::move(answer)); });
  if (!job) {
    // Told like any failure of the writer; the event waits until the list of actions is done.
    offer_->verdict = {ResultCode::internal, "The writer could not be started."};
    if (std::holds_alternative<roles::RemoveLine>(order)) {
      feed(pairing::RemovalFinished{false});
    } else {
      feed(pairing::WriteFailed{});
    }
    return {};
  }
  writer_ = std::move(*job);
  return {};
}

roles::AddLine Monitor::order() const { return offer_ ? offer_->order : roles::AddLine{}; }

void Monitor::show(pairing::Pattern pattern, pairing::Pattern then) {
  pattern_ = pattern;
  const auto digits = code_ ? code_->digits() : std::string_view();
  led_.play(pairing::make_program(pattern, then, speed_of(config_), digits), world_.clock.now());
}

void Monitor::refuse_peer(const channel::Refusal& refusal) {
  if (net_) (void)net_->tell(roles::RefusePeer{refusal.reason, refusal.tries_left});
}

AuditHead Monitor::log_key(const std::string& event, std::string& text) {
  AuditEntry entry{event, {{"peer", peer_name_}, {"address", peer_address_}, {"text", text}}};
  if (offer_) {
    entry.fields.emplace_back("account", offer_->account == nullptr ? offer_->asked.account.str()
                                                                    : offer_->account->name);
    entry.fields.emplace_back("key_type", offer_->key.key_type.str());
    entry.fields.emplace_back("fingerprint", offer_->key.fingerprint.str());
    entry.fields.emplace_back("path", offer_->path);
  }
  const auto head = world_.log.append(entry, world_.clock.wall());
  if (head) return *head;
  text += " The Pi could not write this into its log.";
  return {};
}

void Monitor::answer_peer(pairing::Answer answer) {
  auto heard = hear(answer, offer_ ? offer_->verdict : Verdict{ResultCode::internal, ""});
  const bool logged_in = answer == pairing::Answer::as_written && offer_ && offer_->logged_in;
  const auto known = offer_ ? std::exchange(offer_->logged, std::nullopt) : std::nullopt;
  const auto head =
      known ? *known : log_key(logged_in ? "logged-in" : event_name(heard.code), heard.text);
  roles::AnswerPeer message;
  message.log_position = head.position;
  message.log_hash = head.hash;
  if (offer_) {
    message.fingerprint = offer_->key.fingerprint;
    message.path.assign_cut(offer_->path);
  }
  if (heard.code == ResultCode::added && facts_ && !facts_->sshd_running && config_.enable_ssh) {
    facts_->sshd_running = world_.site.start_sshd().has_value();
  }
  message.code = heard.code;
  message.text.assign_cut(heard.text);
  message.sshd_running = facts_ && facts_->sshd_running ? 1 : 0;
  if (net_) (void)net_->tell(message);
  const bool enrolled = heard.code <= ResultCode::already_there;
  tell_progress(heard.text, enrolled ? Ending::enrolled : Ending::none);
}

void Monitor::record(pairing::Reason reason) {
  (void)world_.log.append({"fault", {{"reason", std::string(pairing::name(reason))}}},
                          world_.clock.wall());
}

void Monitor::close(pairing::Reason reason) {
  last_ending_ = pairing::name(reason);
  (void)world_.log.append({"window-closed", {{"reason", last_ending_}}}, world_.clock.wall());
  tell_progress(fmt::format("The window is closed: {}.", last_ending_), Ending::failed);
  code_.reset();
  offer_.reset();
  facts_.reset();
  peer_name_.clear();
  peer_address_.clear();
  if (reason == pairing::Reason::shut_down) finished_ = true;
}

// --- latchkeyctl ------------------------------------------------------------------------------

roles::StatusReply Monitor::status() const {
  roles::StatusReply reply;
  reply.phase.assign_cut(pairing::name(state_.phase));
  reply.led.assign_cut(pairing::name(pattern_));
  reply.last_ending.assign_cut(last_ending_);
  reply.device.assign_cut(config_.name);
  const auto accounts = enrollable(config_.policy.accounts);
  if (!accounts.empty()) reply.account.assign_cut(accounts.front().name);
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
  if (state_.phase != pairing::Phase::idle) return fail(Errc::out_of_order, "opening a window");
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
