// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include "core/crypto/random.hpp"
#include "hal/fido/sim/ctaphid/assembly.hpp"
#include "hal/fido/sim/ctaphid/authenticator.hpp"
#include "hal/fido/sim/ctaphid/channels.hpp"
#include "hal/fido/sim/ctaphid/outgoing.hpp"
#include "hal/fido/sim/device/model.hpp"

namespace latchkey::fido::sim {

/// The wire of a security key, CTAPHID (CTAP 2.1 section 11.2): channels, messages in pieces,
/// keep-alives, cancelling. Reports in, reports out; never blocks; time is an argument.
///
/// One transaction at a time: while a message comes in pieces or a person is waited for, other
/// channels, the broadcast included, are told CHANNEL_BUSY. INIT on the same channel ends the
/// transaction without an answer. What has become of the client does not matter: a transaction
/// ends at its timeout. There is no LOCK. With Misbehaviour::endless_keepalive none ends: the
/// channel that asked keeps all others out until INIT comes on it, or the key is pulled out.
class CtapHid final {
 public:
  /// All must outlive it; `random` makes channel identifiers.
  CtapHid(const Model& model, Authenticator& authenticator, crypto::Random& random);

  /// One report from the host. Does first what was due before.
  void take(const Report& report, Instant now);
  /// The next report for the host; nullopt: none now. What nobody reads is kept within bounds.
  [[nodiscard]] std::optional<Report> give();
  /// When wake() is due: a keep-alive, a timeout; nullopt: nothing is going on.
  [[nodiscard]] std::optional<Instant> wakes_at() const;
  /// Does what is due at `now`, and asks the person again. May be called early.
  void wake(Instant now);
  /// Whether a request is waiting for a person.
  [[nodiscard]] const Request* waiting_for() const;
  /// Misbehaviour::disappears_at has come: it takes and gives nothing any more.
  [[nodiscard]] bool gone() const noexcept;

 private:
  /// A command that is not answered yet.
  struct Pending {
    ChannelId channel = 0;
    std::optional<Wait> wait;  ///< none: Misbehaviour::endless_keepalive
    Instant deadline;          ///< of the person
    Instant next_keepalive;
  };

  void begin(const Packet& initial, Instant now);
  void go_on(const Packet& continuation, Instant now);
  [[nodiscard]] std::optional<HidError> fault(const Packet& initial) const;
  [[nodiscard]] std::optional<ChannelId> busy() const;
  void end_transaction(Instant now);

  void handle(const Assembly& message, Instant now);
  void handle_init(ChannelId channel, const Bytes& nonce);
  void handle_cbor(ChannelId channel, const Bytes& message, Instant now);
  void cancel(ChannelId channel, Instant now);
  void ask(Instant now);
  void finish(const Bytes& answer, Instant now);

  void send(ChannelId channel, HidCommand command, Bytes payload);
  void send_error(ChannelId channel, HidError error);
  void send_answer(ChannelId channel, HidCommand command, Bytes payload, bool spared);

  const Model& model_;
  Authenticator& authenticator_;
  crypto::Random& random_;
  Channels channels_;
  Outgoing outgoing_;
  std::optional<Assembly> assembly_;  ///< never at the same time as pending_
  std::optional<Pending> pending_;
  std::uint64_t reports_ = 0;  ///< that have passed, both ways
};

}  // namespace latchkey::fido::sim
