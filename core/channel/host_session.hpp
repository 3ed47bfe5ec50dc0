// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "core/channel/hello.hpp"
#include "core/channel/messages.hpp"
#include "core/channel/refusal.hpp"
#include "core/crypto/random.hpp"

namespace latchkey::channel {

/// What the host's end of the conversation has to tell its owner.
struct Helloed {
  Hello hello;
};  ///< the LED blinks now: ask for the code
struct Welcomed {
  Welcome welcome;
};  ///< both sides proved the code
struct Answered {
  Outcome outcome;
};  ///< the answer to an offer or a verdict
struct SignatureAsked {
  SignatureWanted wanted;
};  ///< the attestation proves nothing here: offer the same key again, signed
struct TokenNewsHeard {
  TokenEvent event;
};  ///< of the key in the Pi; it may ask for a PIN
struct TokenDone {
  TokenMade made;
};  ///< made on it; an Answered follows
struct HandlesGiven {
  Handles handles;
};  ///< the answer to request_handles(); the session is over
struct Refused {
  Refusal refusal;
};  ///< the Pi ended it, and says why
struct Broken {
  Error error;
};  ///< a fault; the session is over
using HostEvent = std::variant<Helloed, Welcomed, Answered, Refused, Broken, SignatureAsked,
                               TokenNewsHeard, TokenDone, HandlesGiven>;

/// The host's end, sans I/O: bytes in, bytes out, no clock. The owner moves bytes between it and
/// the network, in any pieces, and asks for events until there is none.
///
///   greeting → hello | share → share | confirm + ClientHello → confirm + ServerHello… |
///   client Finished → server Finished + welcome | offer → result
///
/// Legal order of calls: enter_code after Helloed; one of offer, request_token, request_handles
/// after Welcomed; offer once more after SignatureAsked; pin after a TokenNewsHeard that asks for
/// it, while that is the last; verdict after Answered; anything else is Errc::out_of_order. After
/// Refused, Broken or HandlesGiven everything is, and after an Answered that is not ok(), which may
/// also come unasked: the window ended. Besides that, an argument beyond a bound fails with
/// Errc::malformed or too_large and changes nothing; any other error ends the session.
class HostSession final {
 public:
  /// `name` is shown on the Pi (at most 64 bytes, cut if longer). `random` must outlive this.
  HostSession(const std::string& name, crypto::Random& random);
  ~HostSession();
  HostSession(HostSession&&) noexcept;
  HostSession& operator=(HostSession&&) noexcept;
  HostSession(const HostSession&) = delete;
  HostSession& operator=(const HostSession&) = delete;

  void receive(ByteView bytes);
  [[nodiscard]] Bytes take_output();
  [[nodiscard]] std::optional<HostEvent> next_event();

  /// `digits`: every group as a digit 1-5, check group included. Not kept longer than needed.
  [[nodiscard]] Result<void> enter_code(std::string_view digits);
  /// The second one is of the same key, and has a signature: Errc::malformed.
  [[nodiscard]] Result<void> offer(const Offer& offer);
  [[nodiscard]] Result<void> request_token(const TokenRequest& request);
  /// `event` is filled in here.
  [[nodiscard]] Result<void> pin(PinTyped typed);
  [[nodiscard]] Result<void> request_handles(const HandlesRequest& request);
  [[nodiscard]] Result<void> verdict(const Verdict& verdict);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace latchkey::channel
