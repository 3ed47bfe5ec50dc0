// SPDX-License-Identifier: MIT
#pragma once

#include <deque>
#include <optional>

#include "hal/fido/sim/ctaphid/packet.hpp"

namespace latchkey::fido::sim {

/// A message to the host.
struct HidMessage {
  ChannelId channel = 0;
  HidCommand command{};
  Bytes payload;
  /// The length that the initial packet says, where that is not the payload's.
  std::optional<std::size_t> announced;
};

/// Reports that wait to be read. Who does not read loses the oldest: there are at most kMax.
class Outgoing final {
 public:
  static constexpr std::size_t kMax = 1024;

  /// Cuts the message into reports; a payload beyond kMaxHidMessage is cut off.
  void push(const HidMessage& message);
  /// The same, unless one of this channel waits unread already.
  void push_keepalive(ChannelId channel, KeepaliveStatus status);
  [[nodiscard]] std::optional<Report> pop();
  /// Forgets what waits for this channel.
  void drop(ChannelId channel);

 private:
  void push(const Report& report);

  std::deque<Report> reports_;
};

}  // namespace latchkey::fido::sim
