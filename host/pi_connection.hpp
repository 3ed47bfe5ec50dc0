// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>

#include "core/channel/host_session.hpp"
#include "hal/clock/clock.hpp"
#include "hal/net/dialer.hpp"
#include "host/failure.hpp"

namespace latchkey::host {

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
  [[nodiscard]] Attempt<channel::Outcome> offer(const channel::Offer& offer, Millis patience);
  [[nodiscard]] Attempt<channel::Outcome> verdict(const channel::Verdict& verdict);

 private:
  PiConnection(const Means& means, std::unique_ptr<net::ByteStream> stream,
               const std::string& name);

  [[nodiscard]] Result<void> send();
  /// The next event, after sending what the session has to say.
  [[nodiscard]] Result<channel::HostEvent> wait(Millis patience);
  template <class Expected>
  [[nodiscard]] Attempt<Expected> expect(Millis patience, std::string_view step);

  clock::Clock* clock_;
  std::unique_ptr<net::ByteStream> stream_;
  channel::HostSession session_;
  channel::Hello hello_;
};

}  // namespace latchkey::host
