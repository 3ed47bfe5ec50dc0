// SPDX-License-Identifier: MIT
#include "hal/fido/sim/ctaphid/packet.hpp"

namespace latchkey::fido::sim {

Packet parse(const Report& report) {
  constexpr std::uint8_t kInitialBit = 0x80;
  Packet packet;
  for (std::size_t i = 0; i < 4; ++i) packet.channel = packet.channel << 8U | report[i];
  const auto head = report[4];
  packet.initial = (head & kInitialBit) != 0;
  if (packet.initial) {
    packet.command = static_cast<HidCommand>(head & ~kInitialBit);
    packet.length = static_cast<std::uint16_t>(report[5] << 8 | report[6]);
    packet.data = ByteView(report).last(kInitialData);
  } else {
    packet.sequence = head;
    packet.data = ByteView(report).last(kContinuationData);
  }
  return packet;
}

}  // namespace latchkey::fido::sim
