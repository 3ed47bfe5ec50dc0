// SPDX-License-Identifier: MIT
#include "host/pi_connection.hpp"

#include <utility>
#include <variant>

#include "host/sentences.hpp"

namespace latchkey::host {
namespace {

constexpr Millis kStep{10'000};  // for each step that a machine takes
constexpr int kProofSteps = 3;   // waits from the code to `welcome`
constexpr std::size_t kPiece = 4096;
constexpr auto kMakingThere = "a security key in the Pi was to make the key";

Attempt<channel::HostEvent> unless_ended(channel::HostEvent event, std::string_view step) {
  if (const auto* refused = std::get_if<channel::Refused>(&event)) {
    return tl::make_unexpected(refusal_failure(refused->refusal));
  }
  if (const auto* broken = std::get_if<channel::Broken>(&event)) {
    return tl::make_unexpected(session_failure(broken->error, step));
  }
  return event;
}

auto unasked() { return give_up(Reason::internal, "The session answered what was not asked."); }

Attempt<TokenStep> token_step(channel::HostEvent event) {
  if (auto* const heard = std::get_if<channel::TokenNewsHeard>(&event)) {
    return std::move(heard->event);
  }
  if (auto* const done = std::get_if<channel::TokenDone>(&event)) return std::move(done->made);
  if (auto* const answered = std::get_if<channel::Answered>(&event)) {
    return std::move(answered->outcome);
  }
  return unasked();
}

}  // namespace

PiConnection::PiConnection(const Means& means, std::unique_ptr<net::ByteStream> stream,
                           const std::string& name)
    : clock_(&means.clock), stream_(std::move(stream)), session_(name, means.random) {}

Attempt<PiConnection> PiConnection::open(const Means& means, const std::string& host,
                                         std::uint16_t port, const std::string& name) {
  auto stream = means.dialer.dial(host, port, means.clock.now() + kStep);
  if (!stream) return tl::make_unexpected(dial_failure(stream.error(), host, port));

  PiConnection pi(means, std::move(*stream), name);
  auto event = pi.wait(kStep);
  if (!event) {
    const auto& error = event.error();
    const bool mute = error.is(Errc::timed_out) || error.is(Errc::closed) ||
                      error.code == std::errc::connection_reset;
    if (mute) return tl::make_unexpected(silent_failure(host, port));
    return tl::make_unexpected(session_failure(error, "waiting for the Pi's hello"));
  }
  if (const auto* refused = std::get_if<channel::Refused>(&*event)) {
    return tl::make_unexpected(refusal_failure(refused->refusal));
  }
  if (const auto* broken = std::get_if<channel::Broken>(&*event)) {
    return tl::make_unexpected(session_failure(broken->error, "waiting for the Pi's hello"));
  }
  auto* const helloed = std::get_if<channel::Helloed>(&*event);
  if (helloed == nullptr) {
    return give_up(Reason::internal, "The session answered before it was asked.");
  }
  pi.hello_ = std::move(helloed->hello);
  return pi;
}

Result<void> PiConnection::send() {
  const auto bytes = session_.take_output();
  if (bytes.empty()) return {};
  return stream_->write_all(bytes, clock_->now() + kStep);
}

Result<channel::HostEvent> PiConnection::wait(Millis patience) {
  const auto deadline = clock_->now() + patience;
  for (;;) {
    const auto sent = send();
    if (auto event = session_.next_event()) return std::move(*event);
    // Who refuses us also stops reading: what he said before is worth more than that.
    auto bytes = stream_->read_some(kPiece, deadline);
    if (!bytes) return sent ? fail(std::move(bytes)) : tl::make_unexpected(sent.error());
    session_.receive(*bytes);
  }
}

Attempt<channel::HostEvent> PiConnection::wait_for(Millis patience, std::string_view step) {
  auto event = wait(patience);
  if (!event) return tl::make_unexpected(session_failure(event.error(), step));
  return unless_ended(std::move(*event), step);
}

template <class Expected>
Attempt<Expected> PiConnection::expect(Millis patience, std::string_view step) {
  auto event = wait_for(patience, step);
  if (!event) return give_up(std::move(event));
  if (auto* const got = std::get_if<Expected>(&*event)) return std::move(*got);
  return unasked();
}

Attempt<std::optional<channel::HostEvent>> PiConnection::peek(std::string_view step) {
  auto event = session_.next_event();
  if (!event) {
    auto bytes = stream_->read_some(kPiece, clock_->now());
    if (!bytes && bytes.error().is(Errc::timed_out)) return std::nullopt;
    if (!bytes) return tl::make_unexpected(session_failure(bytes.error(), step));
    session_.receive(*bytes);
    event = session_.next_event();
  }
  if (!event) return std::nullopt;
  auto alive = unless_ended(std::move(*event), step);
  if (!alive) return give_up(std::move(alive));
  return std::move(*alive);
}

Attempt<> PiConnection::look() {
  const auto event = peek("you were reading the code");
  if (!event) return tl::make_unexpected(event.error());
  if (*event) return unasked();
  return {};
}

Attempt<channel::Welcome> PiConnection::prove(std::string_view digits) {
  constexpr auto kStepName = "checking the code";
  if (auto entered = session_.enter_code(digits); !entered) {
    return tl::make_unexpected(session_failure(entered.error(), kStepName));
  }
  auto welcomed = expect<channel::Welcomed>(kStep * kProofSteps, kStepName);
  if (!welcomed) return give_up(std::move(welcomed));
  return std::move(welcomed->welcome);
}

Attempt<OfferAnswer> PiConnection::offer(const channel::Offer& offer, Millis patience) {
  constexpr auto kStepName = "waiting for the result";
  if (auto offered = session_.offer(offer); !offered) {
    return tl::make_unexpected(session_failure(offered.error(), kStepName));
  }
  auto event = wait_for(patience, kStepName);
  if (!event) return give_up(std::move(event));
  if (auto* const answered = std::get_if<channel::Answered>(&*event)) {
    return std::move(answered->outcome);
  }
  if (auto* const asked = std::get_if<channel::SignatureAsked>(&*event)) {
    return std::move(asked->wanted);
  }
  return unasked();
}

Attempt<TokenStep> PiConnection::request_token(const channel::TokenRequest& request,
                                               Millis patience) {
  if (auto requested = session_.request_token(request); !requested) {
    return tl::make_unexpected(session_failure(requested.error(), kMakingThere));
  }
  return next_step(patience);
}

Attempt<TokenStep> PiConnection::type_pin(channel::PinTyped pin, Millis patience) {
  if (auto typed = session_.pin(std::move(pin)); !typed) {
    return tl::make_unexpected(session_failure(typed.error(), kMakingThere));
  }
  return next_step(patience);
}

Attempt<TokenStep> PiConnection::next_step(Millis patience) {
  auto event = wait_for(patience, kMakingThere);
  if (!event) return give_up(std::move(event));
  return token_step(std::move(*event));
}

Attempt<std::optional<TokenStep>> PiConnection::heard() {
  auto event = peek(kMakingThere);
  if (!event) return give_up(std::move(event));
  if (!*event) return std::nullopt;
  auto step = token_step(std::move(**event));
  if (!step) return give_up(std::move(step));
  return std::move(*step);
}

Attempt<channel::Handles> PiConnection::request_handles(const channel::HandlesRequest& request) {
  constexpr auto kStepName = "asking for the keys that were touched at the Pi";
  if (auto requested = session_.request_handles(request); !requested) {
    return tl::make_unexpected(session_failure(requested.error(), kStepName));
  }
  auto event = wait_for(kStep, kStepName);
  if (!event) return give_up(std::move(event));
  if (auto* const given = std::get_if<channel::HandlesGiven>(&*event)) {
    return std::move(given->handles);
  }
  if (const auto* answered = std::get_if<channel::Answered>(&*event)) {
    return tl::make_unexpected(outcome_failure(answered->outcome, request.account));
  }
  return unasked();
}

Attempt<channel::Outcome> PiConnection::verdict(const channel::Verdict& verdict) {
  constexpr auto kStepName = "telling the Pi how the login went";
  if (auto told = session_.verdict(verdict); !told) {
    return tl::make_unexpected(session_failure(told.error(), kStepName));
  }
  auto answered = expect<channel::Answered>(kStep * 2, kStepName);
  if (!answered) return give_up(std::move(answered));
  return std::move(answered->outcome);
}

}  // namespace latchkey::host
