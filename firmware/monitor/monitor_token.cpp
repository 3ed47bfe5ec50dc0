// SPDX-License-Identifier: MIT
// Security keys in the Pi: what latchkey-token says, what it is told, and the handles it leaves.
#include <fmt/format.h>

#include "core/text.hpp"
#include "firmware/monitor/enrolment.hpp"
#include "firmware/monitor/hardware.hpp"
#include "firmware/monitor/monitor.hpp"
#include "firmware/monitor/offer.hpp"
#include "firmware/monitor/token_order.hpp"

namespace latchkey::monitor {

using channel::ResultCode;
using channel::TokenNews;
using pairing::Phase;

// --- what it says -----------------------------------------------------------------------------

void Monitor::on_token(const Result<roles::FromToken>& message) {
  if (!message) {
    key_in_pi_.end();
    return feed(pairing::ServiceFailed{});
  }
  if (!key_in_pi_.may_say(*message)) return distrust("latchkey-token");
  if (const auto* made = std::get_if<roles::KeyMade>(&*message)) return on_key_made(*made);
  if (const auto* wanted = std::get_if<roles::PinWanted>(&*message)) {
    report(wanted->wrong != 0 ? TokenNews::pin_wrong : TokenNews::pin_wanted, wanted->tries_left);
    return feed(pairing::PinWanted{});
  }
  if (const auto* failed = std::get_if<roles::TokenFailed>(&*message)) {
    if (offer_) {
      offer_->verdict = {ResultCode::token_failed,
                         make_printable(failed->text.view(), roles::kMaxText)};
    }
    return feed(pairing::TokenFailed{});
  }
  if (std::holds_alternative<roles::TouchWanted>(*message)) {
    report(TokenNews::touch);
    tell_progress("Touch the security key in the Pi.");
    return feed(pairing::TouchWanted{});
  }
  if (std::holds_alternative<roles::KeyLeft>(*message)) {
    report(TokenNews::pulled_out);
    return feed(pairing::SecurityKeyLeft{});
  }
  if (std::holds_alternative<roles::KeyArrived>(*message)) {
    return feed(pairing::SecurityKeyArrived{});
  }
  feed(pairing::SecondSecurityKey{});
}

void Monitor::on_key_made(const roles::KeyMade& made) {
  const bool awaited = state_.phase == Phase::key_plugged || state_.phase == Phase::key_wanted;
  if (!offer_ || !awaited) return distrust("latchkey-token");
  offer_->asked.signature = made.signature;
  // The second time, signed, it is the same key: what else was said of it before stands.
  if (!offer_->made) {
    offer_->asked.key = made.made.key;
    offer_->asked.attestation = made.made.attestation;
    offer_->made = made.made;
    offer_->made_on = key_in_pi_.name();
  }
  feed(pairing::KeyMade{});
}

void Monitor::on_token_request(const roles::TokenRequested& request) {
  // Kept only where the window wants it.
  if (state_.phase == Phase::code_proved) token_request_ = request;
  feed(pairing::TokenRequested{});
}

/// To the host that waits for it, if one does.
void Monitor::report(TokenNews news, std::uint8_t tries_left) {
  if (state_.phase != Phase::key_wanted || !net_) return;
  const bool asks = news == TokenNews::pin_wanted || news == TokenNews::pin_wrong;
  roles::TokenReport message{news, tries_left, {}, asks ? key_in_pi_.pin_question() : 0};
  message.key.assign_cut(key_in_pi_.name());
  (void)net_->tell(message);
}

// --- what it is told --------------------------------------------------------------------------

Result<void> Monitor::watch_keys(bool asked) {
  if (!asked) {
    if (!config_.policy.key_in_pi || !facts_) return {};
    // One that could not be enrolled must not win over a laptop whose key can.
    const auto order = order_at_pi(config_.policy, *facts_, window_, nullptr);
    if (!order) return tl::make_unexpected(order.error());
    if (!order->verdict.ok()) return {};
  }
  return key_in_pi_.watch(world_.crew, world_.simulated_keys,
                          [this](const auto& message) { on_token(message); });
}

Result<void> Monitor::make_key() {
  if (!facts_) return fail(Errc::out_of_order, "ordering a key");
  const bool asked = state_.phase == Phase::key_wanted;
  auto order = order_at_pi(config_.policy, *facts_, window_, asked ? &token_request_ : nullptr);
  if (!order) return fail(std::move(order));
  if (!asked) {
    // A peer that this key has won over has no part in it.
    peer_name_.clear();
    peer_address_.clear();
  }
  offer_ = std::make_unique<Offer>();
  offer_->asked = order->offer;
  offer_->account = order->account;
  offer_->verdict = order->verdict;
  offer_->unattended = !asked;
  if (!order->verdict.ok()) {
    feed(pairing::TokenFailed{});
    return {};
  }
  report(TokenNews::plug_in);
  tell_progress(asked ? "The laptop asks for a key on a security key in the Pi: plug one in."
                      : "A security key is plugged into the Pi: touch it when it blinks.");
  return key_in_pi_.make(order->make);
}

Result<void> Monitor::ask_signature() {
  if (!offer_) return fail(Errc::out_of_order, "asking for a signature");
  if (offer_->made) {
    if (!state_.key_here) report(TokenNews::plug_in);
    tell_progress(
        fmt::format("Touch the security key once more, to sign: {}.", why_signature(offer_->key)));
    return key_in_pi_.sign();
  }
  roles::AskSignature message;
  message.why.assign_cut(why_signature(offer_->key));
  return net_ ? net_->tell(message) : Result<void>(fail(Errc::closed, "asking for a signature"));
}

// --- handles ----------------------------------------------------------------------------------

void Monitor::tell_handles() {
  if (!net_ || !facts_) return;
  const auto kept = world_.handles.load();
  if (!kept) {
    // "None" would make somebody touch a second key.
    log_fault(kept.error().message());
    roles::AnswerPeer message;
    message.code = ResultCode::internal;
    message.text.assign_cut("The Pi could not read the handles that it keeps.");
    (void)net_->tell(message);
    return;
  }
  std::size_t told = 0;
  for (const auto& handle : *kept) {
    const bool meant = handles_of_.empty() || handle.account == handles_of_;
    if (!meant || account_for(*facts_, handle.account) == nullptr) continue;
    roles::HandleItem item;
    if (!item.handle.assign(handle) || !net_->tell(item)) break;
    if (++told == channel::kMaxHandles) break;
  }
  (void)net_->tell(roles::HandlesEnd{});
  (void)world_.log.append({"handles-told",
                           {{"peer", peer_name_},
                            {"address", peer_address_},
                            {"account", handles_of_},
                            {"count", std::to_string(told)}}},
                          world_.clock.wall());
}

/// What was proved of a key that was made at the Pi, and when. The host that waits for it learns it
/// now, before a press confirms it: that is when it asks for the press.
void Monitor::hand_over() {
  if (!offer_ || !offer_->made) return;
  auto& made = *offer_->made;
  made.key = offer_->key.key;
  made.comment = offer_->key.comment;
  made.attestation = offer_->key.attestation;
  made.account = offer_->asked.account;
  made.made = world_.clock.wall().time_since_epoch().count();
  if (!state_.owes_answer || !net_) return;
  offer_->handed_over = net_->tell(roles::HandOver{made}).has_value();
}

/// A line that was written, or taken out again, of a key that was made at the Pi. Its handle is
/// kept in any case: whether the host that waits for it hears of it is not known before it says
/// that it has logged in, or hangs up.
void Monitor::after_writing_made(bool removal) {
  auto& made = *offer_->made;
  auto& verdict = offer_->verdict;
  if (!verdict.ok()) return;
  if (removal) return forget_handle();
  if (verdict.code != ResultCode::added) return;
  const auto kept = world_.handles.keep(made.key_handle());
  if (kept) return;
  log_fault(kept.error().message());
  if (!state_.owes_answer) {
    verdict.text += " The Pi could not keep its handle for `latchkey adopt`.";
  }
}

/// The host that was told of it has it. What an earlier window kept is not this one's to forget.
void Monitor::hand_over_is_done() {
  const bool is_ours = offer_ && offer_->made && offer_->handed_over;
  if (is_ours && offer_->verdict.code == ResultCode::added) forget_handle();
}

/// Of the key that was made at the Pi in this window: its line is gone, or its host has it.
void Monitor::forget_handle() {
  const auto key = offer_->made->key.bytes();
  const auto dropped =
      world_.handles.drop([&key](const channel::KeyHandle& handle) { return handle.key == key; });
  if (!dropped) log_fault(dropped.error().message());
}

}  // namespace latchkey::monitor
