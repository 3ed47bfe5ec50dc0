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

/// What the Pi's end of the conversation has to tell its owner.
struct Greeted {
  std::string name;
};                      ///< a peer is there: give it a code, then start()
struct ShareWanted {};  ///< a guess is about to be spent: record it, then
                        ///< release_share()
struct CodeProved {};   ///< the host knows the code
struct CodeWrong {};    ///< it does not; refuse() with the tries left
struct Offered {
  Offer offer;
};
struct Judged {
  Verdict verdict;
};
struct TokenAsked {
  TokenRequest request;
};
struct PinGiven {
  PinTyped typed;
};  ///< the answer to the last tell()
struct HandlesAsked {
  HandlesRequest request;
};
/// Malformed, forged, out of order, or Errc::version_mismatch; a fault of our own is Errc::crypto
/// or Errc::entropy. The session is over. A peer that greeted and is not encrypted yet is told:
/// the refusal is in the output already. Errc::closed: it ended the encrypted channel.
struct PeerBroken {
  Error error;
};
using PiEvent = std::variant<Greeted, ShareWanted, CodeProved, CodeWrong, Offered, Judged,
                             PeerBroken, TokenAsked, PinGiven, HandlesAsked>;

/// The Pi's end, sans I/O, the mirror of HostSession. Nothing but a complete greeting makes a
/// peer of a connection; the Pi's share, which spends a guess, leaves only when the owner says so.
///
/// Out of its turn a call fails with Errc::out_of_order, an argument beyond a bound with
/// Errc::malformed or too_large; neither changes anything. Any other error ends the session, with
/// the refusal in the output.
class PiSession final {
 public:
  /// `random` must outlive this.
  explicit PiSession(crypto::Random& random);
  ~PiSession();
  PiSession(PiSession&&) noexcept;
  PiSession& operator=(PiSession&&) noexcept;
  PiSession(const PiSession&) = delete;
  PiSession& operator=(const PiSession&) = delete;

  void receive(ByteView bytes);
  [[nodiscard]] Bytes take_output();
  [[nodiscard]] std::optional<PiEvent> next_event();
  /// Whether `welcome` has been said, or a signature asked for: from here to Offered, TokenAsked or
  /// HandlesAsked a person may be needed, for a passphrase or a touch, whereas the handshake before
  /// it is a machine's step.
  [[nodiscard]] bool awaits_offer() const noexcept;

  /// After Greeted: sends `hello` and expects this code from now on. `digits` as in HostSession.
  [[nodiscard]] Result<void> start(const Hello& hello, std::string_view digits);
  /// After ShareWanted.
  [[nodiscard]] Result<void> release_share();
  /// What `welcome` will say; any time after start. It travels with the last flight of the
  /// handshake if it was set by the time the owner takes that output, otherwise later.
  [[nodiscard]] Result<void> set_welcome(const Welcome& welcome);
  /// After an Offered without signature, once: another Offered follows, with one.
  [[nodiscard]] Result<void> want_signature(const SignatureWanted& wanted);
  /// After TokenAsked, at most kMaxTokenEvents times (Errc::out_of_order beyond). One that asks for
  /// a PIN leads to one PinGiven at most; a PIN that comes after the next one was told is dropped.
  [[nodiscard]] Result<void> tell(const TokenEvent& event);
  /// After TokenAsked, once; then answer().
  [[nodiscard]] Result<void> give(const TokenMade& made);
  /// After HandlesAsked: the last message.
  [[nodiscard]] Result<void> give(const Handles& handles);
  /// After Offered, give(TokenMade) and Judged. An outcome that is not ok() may come at any time
  /// after `welcome`: the window ended. Such a one, and the answer to a verdict, is the last
  /// message.
  [[nodiscard]] Result<void> answer(const Outcome& outcome);
  /// Ends the conversation. The host learns the reason before encryption only; afterwards
  /// answer() says it, and this closes the channel.
  void refuse(const Refusal& refusal);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace latchkey::channel
