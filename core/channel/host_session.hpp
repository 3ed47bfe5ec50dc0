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
struct Refused {
  Refusal refusal;
};  ///< the Pi ended it, and says why
struct Broken {
  Error error;
};  ///< a fault; the session is over
using HostEvent = std::variant<Helloed, Welcomed, Answered, Refused, Broken>;

/// The host's end, sans I/O: bytes in, bytes out, no clock. The owner moves bytes between it and
/// the network, in any pieces, and asks for events until there is none.
///
///   greeting → hello | share → share | confirm + ClientHello → confirm + ServerHello… |
///   client Finished → server Finished + welcome | offer → result
///
/// Legal order of calls: enter_code after Helloed, offer after Welcomed, verdict after Answered;
/// anything else is Errc::out_of_order. After Refused or Broken everything is, and after an
/// Answered that is not ok(), which may also come unasked: the window ended. Besides that, an
/// argument beyond a bound fails with Errc::malformed or too_large and changes nothing; any other
/// error ends the session.
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
  [[nodiscard]] Result<void> offer(const Offer& offer);
  [[nodiscard]] Result<void> verdict(const Verdict& verdict);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace latchkey::channel
