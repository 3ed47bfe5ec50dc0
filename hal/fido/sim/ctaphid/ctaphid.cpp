// SPDX-License-Identifier: MIT
#include "hal/fido/sim/ctaphid/ctaphid.hpp"

#include <algorithm>
#include <utility>

#include "hal/fido/sim/ctaphid/spoil.hpp"

namespace latchkey::fido::sim {

namespace {

constexpr std::size_t kNonce = 8;

constexpr std::uint8_t kGetInfo = 0x04;

std::uint8_t byte_of(std::uint32_t number, unsigned shift) {
  return static_cast<std::uint8_t>(number >> shift & 0xFFU);
}

}  // namespace

CtapHid::CtapHid(const Model& model, Authenticator& authenticator, crypto::Random& random)
    : model_(model), authenticator_(authenticator), random_(random) {}

void CtapHid::take(const Report& report, Instant now) {
  if (gone()) return;
  ++reports_;
  if (wakes_at() && *wakes_at() <= now) wake(now);
  const auto packet = parse(report);
  if (packet.initial) {
    begin(packet, now);
  } else {
    go_on(packet, now);
  }
}

std::optional<Report> CtapHid::give() {
  if (gone()) return std::nullopt;
  auto report = outgoing_.pop();
  if (report) ++reports_;
  return report;
}

std::optional<Instant> CtapHid::wakes_at() const {
  if (gone()) return std::nullopt;
  if (assembly_) return assembly_->deadline();
  if (!pending_) return std::nullopt;
  if (!pending_->wait) return pending_->next_keepalive;
  return std::min(pending_->next_keepalive, pending_->deadline);
}

void CtapHid::wake(Instant now) {
  if (gone()) return;
  if (assembly_ && assembly_->deadline() <= now) {
    send_error(assembly_->channel(), HidError::message_timeout);
    assembly_.reset();
  }
  if (pending_ && pending_->wait) {
    if (pending_->deadline <= now) {
      finish(answer(Status::user_action_timeout), now);
    } else {
      ask(now);
    }
  }
  if (!pending_ || now < pending_->next_keepalive) return;
  outgoing_.push_keepalive(pending_->channel, pending_->wait ? KeepaliveStatus::user_presence_needed
                                                             : KeepaliveStatus::processing);
  const auto interval = std::max(model_.keepalive, Millis(1));
  const auto missed = (now - pending_->next_keepalive) / interval;
  pending_->next_keepalive += (missed + 1) * interval;
}

const Request* CtapHid::waiting_for() const {
  return !gone() && pending_ && pending_->wait ? &pending_->wait->request : nullptr;
}

bool CtapHid::gone() const noexcept {
  const auto& last = model_.misbehaviour.disappears_at;
  return last && reports_ >= *last;
}

/// A message starts.
void CtapHid::begin(const Packet& initial, Instant now) {
  const auto channel = initial.channel;
  if (initial.command == HidCommand::cancel) return cancel(channel, now);
  const bool init = initial.command == HidCommand::init;
  if (channel == kBroadcast ? !init : !channels_.use(channel)) {
    return send_error(channel, HidError::invalid_channel);
  }
  if (busy() && busy() != channel) return send_error(channel, HidError::channel_busy);
  if (pending_ && !init) return send_error(channel, HidError::channel_busy);
  const bool interrupts = assembly_ && !init;
  end_transaction(now);
  if (interrupts) return send_error(channel, HidError::invalid_sequence);
  if (const auto error = fault(initial)) return send_error(channel, *error);
  assembly_.emplace(initial, now);
  if (assembly_->complete()) handle(*std::exchange(assembly_, std::nullopt), now);
}

/// A message goes on. Continuations of nothing that we know are ignored (section 11.2.5.4).
void CtapHid::go_on(const Packet& continuation, Instant now) {
  if (!assembly_ || assembly_->channel() != continuation.channel) return;
  if (!assembly_->add(continuation, now)) {
    assembly_.reset();
    return send_error(continuation.channel, HidError::invalid_sequence);
  }
  if (assembly_->complete()) handle(*std::exchange(assembly_, std::nullopt), now);
}

/// What is wrong with a message, as far as its first packet tells.
std::optional<HidError> CtapHid::fault(const Packet& initial) const {
  const auto unless = [](bool right) {
    return right ? std::nullopt : std::optional(HidError::invalid_length);
  };
  if (initial.length > kMaxHidMessage) return HidError::invalid_length;
  switch (initial.command) {
    case HidCommand::init: return unless(initial.length == kNonce);
    case HidCommand::ping: return std::nullopt;
    case HidCommand::wink: return unless(initial.length == 0);
    case HidCommand::cbor:
      if (!authenticator_.speaks_cbor()) return HidError::invalid_command;
      return unless(initial.length > 0);
    case HidCommand::msg:
      if (!authenticator_.speaks_u2f()) return HidError::invalid_command;
      return unless(initial.length > 0);
    default: return HidError::invalid_command;
  }
}

std::optional<ChannelId> CtapHid::busy() const {
  if (assembly_) return assembly_->channel();
  if (pending_) return pending_->channel;
  return std::nullopt;
}

/// Ends the transaction without an answer.
void CtapHid::end_transaction(Instant now) {
  assembly_.reset();
  const auto pending = std::exchange(pending_, std::nullopt);
  if (pending && pending->wait) authenticator_.ended(Status::keepalive_cancel, now);
}

void CtapHid::handle(const Assembly& message, Instant now) {
  const auto channel = message.channel();
  switch (message.command()) {
    case HidCommand::init: return handle_init(channel, message.payload());
    case HidCommand::cbor: return handle_cbor(channel, message.payload(), now);
    case HidCommand::msg:
      return send_answer(channel, HidCommand::msg, authenticator_.u2f(message.payload(), now),
                         false);
    default: return send(channel, message.command(), message.payload());  // PING, WINK
  }
}

/// INIT (section 11.2.9.1.3): a new channel, or a channel made usable again.
void CtapHid::handle_init(ChannelId channel, const Bytes& nonce) {
  auto id = channel;
  if (channel == kBroadcast) {
    const auto opened = channels_.open(random_);
    if (!opened) return send_error(channel, HidError::other);
    id = *opened;
  } else {
    outgoing_.drop(channel);
  }
  const auto version = model_.firmware_version;
  unsigned capabilities = capability::kWink;
  if (authenticator_.speaks_cbor()) capabilities |= capability::kCbor;
  if (!authenticator_.speaks_u2f()) capabilities |= capability::kNoMsg;
  auto payload = nonce;
  for (const auto byte :
       {byte_of(id, 24), byte_of(id, 16), byte_of(id, 8), byte_of(id, 0), kHidProtocolVersion,
        byte_of(version, 16), byte_of(version, 8), byte_of(version, 0), byte_of(capabilities, 0)}) {
    payload.push_back(byte);
  }
  send(channel, HidCommand::init, std::move(payload));
}

void CtapHid::handle_cbor(ChannelId channel, const Bytes& message, Instant now) {
  const auto pending = Pending{channel, {}, now + model_.touch_timeout, now + model_.keepalive};
  const auto& misbehaviour = model_.misbehaviour;
  const bool spared = misbehaviour.spares_get_info && message == Bytes{kGetInfo};
  if (misbehaviour.endless_keepalive && !spared) {
    pending_ = pending;
    return;
  }
  auto outcome = authenticator_.cbor(message, now);
  if (auto* const wait = std::get_if<Wait>(&outcome)) {
    pending_ = pending;
    pending_->wait = std::move(*wait);
    return ask(now);
  }
  send_answer(channel, HidCommand::cbor, std::move(std::get<Bytes>(outcome)), spared);
}

/// CANCEL (section 11.2.9.1.5) is never answered itself, nor does it disturb a message in pieces.
void CtapHid::cancel(ChannelId channel, Instant now) {
  if (pending_ && pending_->wait && pending_->channel == channel) {
    finish(answer(Status::keepalive_cancel), now);
  }
}

void CtapHid::ask(Instant now) {
  const auto reply = authenticator_.ask(pending_->wait->request);
  if (reply != Reply::never) finish(pending_->wait->then(reply, now), now);
}

/// The pending command has its answer.
void CtapHid::finish(const Bytes& answer, Instant now) {
  const auto channel = pending_->channel;
  pending_.reset();
  const auto status = answer.empty() ? Status::other : static_cast<Status>(answer.front());
  authenticator_.ended(status, now);
  send_answer(channel, HidCommand::cbor, answer, false);
}

void CtapHid::send(ChannelId channel, HidCommand command, Bytes payload) {
  outgoing_.push({channel, command, std::move(payload), {}});
}

void CtapHid::send_error(ChannelId channel, HidError error) {
  send(channel, HidCommand::error, {static_cast<std::uint8_t>(error)});
}

/// `spared` answers are right whatever the misbehaviour.
void CtapHid::send_answer(ChannelId channel, HidCommand command, Bytes payload, bool spared) {
  HidMessage message{channel, command, std::move(payload), {}};
  outgoing_.push(spared ? message : spoil(std::move(message), model_.misbehaviour));
}

}  // namespace latchkey::fido::sim
