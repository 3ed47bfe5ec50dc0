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

template <class Expected>
Attempt<Expected> PiConnection::expect(Millis patience, std::string_view step) {
  auto event = wait(patience);
  if (!event) return tl::make_unexpected(session_failure(event.error(), step));
  if (auto* const got = std::get_if<Expected>(&*event)) return std::move(*got);
  if (const auto* refused = std::get_if<channel::Refused>(&*event)) {
    return tl::make_unexpected(refusal_failure(refused->refusal));
  }
  if (const auto* broken = std::get_if<channel::Broken>(&*event)) {
    return tl::make_unexpected(session_failure(broken->error, step));
  }
  return give_up(Reason::internal, "The session answered what was not asked.");
}

Attempt<> PiConnection::look() {
  constexpr auto kStepName = "you were reading the code";
  auto event = session_.next_event();
  if (!event) {
    auto bytes = stream_->read_some(kPiece, clock_->now());
    if (!bytes && bytes.error().is(Errc::timed_out)) return {};
    if (!bytes) return tl::make_unexpected(session_failure(bytes.error(), kStepName));
    session_.receive(*bytes);
    event = session_.next_event();
  }
  if (!event) return {};
  if (const auto* refused = std::get_if<channel::Refused>(&*event)) {
    return tl::make_unexpected(refusal_failure(refused->refusal));
  }
  if (const auto* broken = std::get_if<channel::Broken>(&*event)) {
    return tl::make_unexpected(session_failure(broken->error, kStepName));
  }
  return give_up(Reason::internal, "The session answered what was not asked.");
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

Attempt<channel::Outcome> PiConnection::offer(const channel::Offer& offer, Millis patience) {
  constexpr auto kStepName = "waiting for the result";
  if (auto offered = session_.offer(offer); !offered) {
    return tl::make_unexpected(session_failure(offered.error(), kStepName));
  }
  auto answered = expect<channel::Answered>(patience, kStepName);
  if (!answered) return give_up(std::move(answered));
  return std::move(answered->outcome);
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
