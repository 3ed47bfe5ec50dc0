// SPDX-License-Identifier: MIT
// The window's actions as deeds: the second half of the monitor.
#include <fmt/format.h>

#include <utility>

#include "core/channel/statement.hpp"
#include "firmware/monitor/enrolment.hpp"
#include "firmware/monitor/monitor.hpp"
#include "firmware/monitor/offer.hpp"
#include "firmware/monitor/settings.hpp"

namespace latchkey::monitor {

using channel::ResultCode;

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
  if (reason == pairing::Reason::shut_down) {
    finished_ = true;
    if (world_.on_finished) world_.on_finished();
  }
}

}  // namespace latchkey::monitor
