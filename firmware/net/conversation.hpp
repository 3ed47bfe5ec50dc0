// SPDX-License-Identifier: MIT
#pragma once

#include <deque>
#include <optional>
#include <string_view>
#include <vector>

#include "core/channel/pi_session.hpp"
#include "firmware/net/limits.hpp"
#include "firmware/net/window_facts.hpp"

namespace latchkey::net {

/// What a conversation waits for. Each change of step starts a new deadline.
enum class Step : std::uint8_t {
  greeting,   ///< the host's first bytes
  admission,  ///< the monitor's code for it
  share,      ///< the host's share: a person is typing the code
  release,    ///< the monitor's word that the guess is on record
  proof,      ///< the host's confirmation
  refusal,    ///< the monitor's reason: the code was wrong
  handshake,  ///< the rest of the handshake
  offer,    ///< the host's offer, or what it asks for: a person may be asked for a passphrase or a
            ///< touch; once more when a signature is wanted
  token,    ///< the monitor's word of the security key in the Pi, or a PIN that it asked for
  handles,  ///< the monitor's handles
  answer,   ///< the monitor's answer
  verdict,  ///< the host's verdict
  judgement,  ///< the monitor's answer to it
  farewell,   ///< all is said: write what is left, then wait for the peer to close
};

/// How long the peer may take for a step; nothing where the monitor is the one to act, or where
/// its code lifetime is the bound.
[[nodiscard]] std::optional<Millis> time_for(Step step, const Limits& limits) noexcept;

/// Overwrites the PIN in a report that carries one, for whoever had it.
void wipe(roles::FromNet& report) noexcept;

/// One peer between its session and the monitor, sans I/O: bytes and the monitor's messages in,
/// bytes and reports out. A message of the monitor that does not fit the step is ignored: it
/// crossed something on its way.
class Conversation final {
 public:
  /// All three must outlive this.
  Conversation(const WindowFacts& facts, const Limits& limits, crypto::Random& random);
  ~Conversation();
  Conversation(const Conversation&) = delete;
  Conversation& operator=(const Conversation&) = delete;
  Conversation(Conversation&&) = delete;
  Conversation& operator=(Conversation&&) = delete;

  void receive(ByteView bytes);
  /// The connection ended, or has to. Whatever else comes is ignored.
  void end(roles::PeerGone::Why why);

  void use_code(std::string_view digits);
  void release_share();
  void refuse(const channel::Refusal& refusal);
  void answer(const roles::AnswerPeer& answer);
  void ask_signature(const roles::AskSignature& wanted);
  void tell(const roles::TokenReport& news);
  void hand_over(const roles::HandOver& handover);
  void add_handle(const roles::HandleItem& item);
  void give_handles();
  /// Without another word. A peer that has not got its code yet is not meant: it came after.
  void dismiss();

  [[nodiscard]] Bytes take_output() { return session_.take_output(); }
  /// What the monitor has to hear, oldest first. PeerGreeted comes without number and address. The
  /// caller's to wipe().
  [[nodiscard]] std::optional<roles::FromNet> next_report();
  [[nodiscard]] Step step() const noexcept { return step_; }
  [[nodiscard]] bool has_greeted() const noexcept { return greeted_; }

 private:
  void pump();
  void on(const channel::Greeted& peer);
  void on(const channel::ShareWanted& wanted);
  void on(const channel::CodeProved& proved);
  void on(const channel::CodeWrong& wrong);
  void on(const channel::Offered& offered);
  void on(const channel::TokenAsked& asked);
  void on(const channel::PinGiven& given);
  void on(const channel::HandlesAsked& asked);
  void on(const channel::Judged& judged);
  void on(const channel::PeerBroken& broken);
  void say_goodbye(const channel::Refusal& refusal);
  void refuse_request();
  void report(Step next, const roles::FromNet& message);
  void report(const roles::FromNet& message) { reports_.push_back(message); }
  void report_gone(roles::PeerGone::Why why);

  const WindowFacts& facts_;
  const Limits& limits_;
  channel::PiSession session_;
  std::deque<roles::FromNet> reports_;
  std::vector<channel::KeyHandle> handles_;  ///< those that came so far, as many as fit
  std::size_t received_ = 0;
  std::uint32_t question_ = 0;  ///< of the last TokenReport
  Step step_ = Step::greeting;
  bool greeted_ = false;
  bool gone_ = false;  ///< the monitor knows, or wanted it so
};

}  // namespace latchkey::net
