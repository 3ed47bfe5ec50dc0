// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "core/channel/host_session.hpp"
#include "hal/clock/clock.hpp"
#include "hal/net/dialer.hpp"
#include "host/failure.hpp"

namespace latchkey::host {

/// What the Pi may say to an offer.
using OfferAnswer = std::variant<channel::Outcome, channel::SignatureWanted>;
/// What it may say while a security key that is plugged in there makes the key.
using TokenStep = std::variant<channel::TokenEvent, channel::TokenMade, channel::Outcome>;

/// A conversation with one Pi: HostSession over a connection, with a deadline for each step that a
/// machine takes. Every call blocks until the Pi has answered; every way it can go wrong
/// comes back as a sentence. After a failure the conversation is over.
class PiConnection final {
 public:
  /// What the conversation needs from outside; all must outlive it.
  struct Means {
    net::Dialer& dialer;
    clock::Clock& clock;
    crypto::Random& random;
  };

  /// Connects, greets as `name`, and waits for hello: from then on the LED blinks a code.
  [[nodiscard]] static Attempt<PiConnection> open(const Means& means, const std::string& host,
                                                  std::uint16_t port, const std::string& name);

  [[nodiscard]] const channel::Hello& hello() const noexcept { return hello_; }

  /// Readable when the Pi says something unasked, which can only be that it has ended: then
  /// look() tells, without waiting. Success of look() means that it was nothing yet. Look once
  /// before waiting for the descriptor: what it says may have arrived already.
  [[nodiscard]] int descriptor() const noexcept { return stream_->descriptor(); }
  [[nodiscard]] Attempt<> look();

  /// Spends one guess. Reason::code_wrong and what refusal_failure() knows.
  [[nodiscard]] Attempt<channel::Welcome> prove(std::string_view digits);
  /// `patience`: how long the Pi may take, a confirming press included.
  [[nodiscard]] Attempt<OfferAnswer> offer(const channel::Offer& offer, Millis patience);

  /// In place of an offer: the Pi's security key shall make it. What comes back is its first word
  /// about that, next_step() has the further ones, up to an Outcome. `patience`: of each.
  [[nodiscard]] Attempt<TokenStep> request_token(const channel::TokenRequest& request,
                                                 Millis patience);
  [[nodiscard]] Attempt<TokenStep> next_step(Millis patience);
  /// What has come meanwhile, without waiting; nullopt: nothing.
  [[nodiscard]] Attempt<std::optional<TokenStep>> heard();
  /// After TokenNews::pin_wanted or pin_wrong, and for one try.
  [[nodiscard]] Attempt<TokenStep> type_pin(channel::PinTyped pin, Millis patience);

  /// In place of an offer, and the end of the conversation. What outcome_failure() knows.
  [[nodiscard]] Attempt<channel::Handles> request_handles(const channel::HandlesRequest& request);

  [[nodiscard]] Attempt<channel::Outcome> verdict(const channel::Verdict& verdict);

 private:
  PiConnection(const Means& means, std::unique_ptr<net::ByteStream> stream,
               const std::string& name);

  [[nodiscard]] Result<void> send();
  /// The next event, after sending what the session has to say.
  [[nodiscard]] Result<channel::HostEvent> wait(Millis patience);
  /// What has come, without waiting.
  [[nodiscard]] Attempt<std::optional<channel::HostEvent>> peek(std::string_view step);
  /// wait(), where an ending is a failure. `step`: a clause, "waiting for the result".
  [[nodiscard]] Attempt<channel::HostEvent> wait_for(Millis patience, std::string_view step);
  template <class Expected>
  [[nodiscard]] Attempt<Expected> expect(Millis patience, std::string_view step);

  clock::Clock* clock_;
  std::unique_ptr<net::ByteStream> stream_;
  channel::HostSession session_;
  channel::Hello hello_;
};

}  // namespace latchkey::host
