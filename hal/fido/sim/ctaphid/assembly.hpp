// SPDX-License-Identifier: MIT
#pragma once

#include "core/time.hpp"
#include "hal/fido/sim/ctaphid/packet.hpp"

namespace latchkey::fido::sim {

/// How long a client may take between two packets of one message; the specification leaves the
/// figure to the key.
inline constexpr Millis kTransactionTimeout{500};

/// A message that comes in pieces.
class Assembly final {
 public:
  /// From its initial packet, whose length is at most kMaxHidMessage.
  Assembly(const Packet& initial, Instant now);

  /// The next continuation; false: out of sequence, and the message is lost.
  [[nodiscard]] bool add(const Packet& continuation, Instant now);
  [[nodiscard]] bool complete() const noexcept { return payload_.size() == length_; }

  [[nodiscard]] ChannelId channel() const noexcept { return channel_; }
  [[nodiscard]] HidCommand command() const noexcept { return command_; }
  [[nodiscard]] const Bytes& payload() const noexcept { return payload_; }
  /// When the next packet is too late.
  [[nodiscard]] Instant deadline() const noexcept { return deadline_; }

 private:
  void append(ByteView data);

  ChannelId channel_;
  HidCommand command_;
  std::size_t length_;
  Instant deadline_;
  std::uint8_t next_sequence_ = 0;
  Bytes payload_;
};

}  // namespace latchkey::fido::sim
