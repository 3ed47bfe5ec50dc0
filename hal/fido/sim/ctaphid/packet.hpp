// SPDX-License-Identifier: MIT
#pragma once

#include "core/bytes.hpp"
#include "hal/fido/sim/ctaphid/report.hpp"

namespace latchkey::fido::sim {

/// Whose report it is, as a big-endian number; nobody has 0.
using ChannelId = std::uint32_t;
inline constexpr ChannelId kBroadcast = 0xFFFF'FFFF;  ///< of those who have no channel yet

/// Commands (CTAP 2.1 section 11.2.9); there are others, which this key does not know.
enum class HidCommand : std::uint8_t {
  ping = 0x01,
  msg = 0x03,  ///< carries U2F
  init = 0x06,
  wink = 0x08,
  cbor = 0x10,  ///< carries CTAP2
  cancel = 0x11,
  keepalive = 0x3B,
  error = 0x3F,
};

/// What an error report says (section 11.2.9.1.6).
enum class HidError : std::uint8_t {
  invalid_command = 0x01,
  invalid_length = 0x03,
  invalid_sequence = 0x04,
  message_timeout = 0x05,
  channel_busy = 0x06,
  invalid_channel = 0x0B,
  other = 0x7F,
};

/// What a keep-alive says (section 11.2.9.1.7).
enum class KeepaliveStatus : std::uint8_t { processing = 1, user_presence_needed = 2 };

/// Capabilities in the answer to INIT (section 11.2.9.1.3).
namespace capability {
inline constexpr std::uint8_t kWink = 0x01;
inline constexpr std::uint8_t kCbor = 0x04;
inline constexpr std::uint8_t kNoMsg = 0x08;
}  // namespace capability

inline constexpr std::uint8_t kHidProtocolVersion = 2;
inline constexpr std::size_t kInitialData = kReportSize - 7;
inline constexpr std::size_t kContinuationData = kReportSize - 5;
/// One initial packet and 128 continuations: 7609 bytes.
inline constexpr std::size_t kMaxHidMessage = kInitialData + 128 * kContinuationData;

/// A report taken apart (section 11.2.4). Views the report.
struct Packet {
  ChannelId channel = 0;
  bool initial = false;
  HidCommand command{};       ///< initial ones only
  std::uint16_t length = 0;   ///< initial ones only: of the whole message
  std::uint8_t sequence = 0;  ///< continuations only
  ByteView data;
};

/// Every report is some packet.
[[nodiscard]] Packet parse(const Report& report);

}  // namespace latchkey::fido::sim
