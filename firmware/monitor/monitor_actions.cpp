// SPDX-License-Identifier: MIT
// The window's actions as deeds: the second half of the monitor.
#include <fmt/format.h>

#include <utility>

#include "firmware/monitor/enrolment.hpp"
#include "firmware/monitor/hardware.hpp"
#include "firmware/monitor/monitor.hpp"
#include "firmware/monitor/offer.hpp"
#include "firmware/monitor/settings.hpp"
#include "firmware/monitor/token_order.hpp"

namespace latchkey::monitor {

using channel::ResultCode;

Result<void> Monitor::perform(const pairing::Action& action) {
  using namespace pairing;
  return std::visit(
      [this](const auto& deed) -> Result<void> {
        using Deed = std::decay_t<decltype(deed)>;
        if constexpr (std::is_same_v<Deed, StartListening>) return start_listening();
        if constexpr (std::is_same_v<Deed, MakeCode>) return make_code();
        if constexpr (std::is_same_v<Deed, WatchKeys>) return watch_keys(deed.asked);
        if constexpr (std::is_same_v<Deed, MakeKey>) return make_key();
        if constexpr (std::is_same_v<Deed, AskSignature>) return ask_signature();
        if constexpr (std::is_same_v<Deed, StopToken>) key_in_pi_.end();
        if constexpr (std::is_same_v<Deed, TellHandles>) tell_handles();
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
          // A net that hears nothing is about to be ended anyway: an error here would keep the
          // rest of the ending from being done.
          if (net_) (void)net_->tell(roles::DropPeer{});
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
  offer_.reset();  // its account is one of the facts
  facts_ = std::move(*facts);
  auto window =
      describe_window(config_, *facts_, pairing::group_count(shape_of(config_)), world_.random);
  if (!window) return fail(std::move(window));
  window_ = *window;
  auto net = world_.crew.serve(window_, [this](const auto& message) { on_net(message); });
  if (!net) return fail(std::move(net));
  net_ = std::move(*net);
  const auto due = pairing::next_deadline(policy_, state_).value_or(world_.clock.now());
  tell_progress(
      fmt::format("The window is open for {} s: run `latchkey enroll` on the laptop.",
                  std::chrono::ceil<std::chrono::seconds>(due - world_.clock.now()).count()));
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
  auto host_keys = hash_told_host_keys(window_);
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
  question.attestation = offer_->asked.attestation;
  question.now = world_.clock.wall().time_since_epoch().count();
  question.clock_synchronised = world_.clock.synchronised() ? 1 : 0;
  if (!question.roots.assign(world_.trust.roots) ||
      !question.intermediates.assign(world_.trust.intermediates)) {
    return fail(Errc::too_large, "naming the folders of trusted certificates");
  }
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
  if (broken_) pattern = then = pairing::Pattern::fault;
  pattern_ = pattern;
  const auto digits = code_ ? code_->digits() : std::string_view();
  led_.play(pairing::make_program(pattern, then, speed_of(config_), digits), world_.clock.now());
}

void Monitor::refuse_peer(const channel::Refusal& refusal) {
  if (refusal.reason == channel::RefusalReason::key_in_pi) {
    // No ending of the window will tell of this one.
    (void)world_.log.append({"driven-out", {{"peer", peer_name_}, {"address", peer_address_}}},
                            world_.clock.wall());
  }
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
    if (offer_->made) entry.fields.emplace_back("made_on", offer_->made_on);
    for (auto& field : hardware_fields(offer_->key)) entry.fields.push_back(std::move(field));
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
    message.hardware.assign_cut(describe_hardware(offer_->key));
  }
  message.code = heard.code;
  message.text.assign_cut(heard.text);
  message.sshd_running = facts_ && facts_->sshd_running ? 1 : 0;
  const bool enrolled = heard.code <= ResultCode::already_there;
  if (net_) (void)net_->tell(message);
  tell_progress(heard.text, enrolled ? Ending::enrolled : Ending::none);
}

/// The raspi-config step.
void Monitor::start_sshd() {
  if (!facts_ || facts_->sshd_running || !config_.enable_ssh) return;
  facts_->sshd_running = world_.site.start_sshd().has_value();
}

void Monitor::record(pairing::Reason reason) {
  AuditEntry entry{"fault", {{"reason", std::string(pairing::name(reason))}}};
  if (reason == pairing::Reason::token_failed && offer_) {
    entry.fields.emplace_back("text", offer_->verdict.text);
    tell_progress(offer_->verdict.text);
  }
  (void)world_.log.append(entry, world_.clock.wall());
}

void Monitor::log_fault(const std::string& doing) {
  (void)world_.log.append({"fault", {{"doing", doing}}}, world_.clock.wall());
}

void Monitor::distrust(const std::string& role) {
  log_fault(role + " said what it may not say now");
  feed(pairing::RuleBroken{});
}

void Monitor::close(pairing::Reason reason) {
  last_ending_ = pairing::name(reason);
  if (offer_ && offer_->unattended && !offer_->verdict.ok()) {
    // Nobody was answered. What the writer said is in the log, what verify said is not.
    auto& verdict = offer_->verdict;
    if (reason == pairing::Reason::proof_refused) log_key(event_name(verdict.code), verdict.text);
    tell_progress(verdict.text);
  }
  (void)world_.log.append({"window-closed", {{"reason", last_ending_}}}, world_.clock.wall());
  tell_progress(fmt::format("The window is closed: {}.", last_ending_), Ending::failed);
  code_.reset();
  offer_.reset();
  facts_.reset();
  token_request_ = {};
  handles_of_.clear();
  peer_name_.clear();
  peer_address_.clear();
  if (reason == pairing::Reason::shut_down) {
    finished_ = true;
    if (world_.on_finished) world_.on_finished();
  }
}

}  // namespace latchkey::monitor
