// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "core/bytes.hpp"

/// What both sides say in the clear before the code is proved. Both go whole into SPAKE2's
/// additional data, so that neither can be changed on the way.
namespace latchkey::channel {

inline constexpr std::uint16_t kProtocolVersion = 1;
inline constexpr std::uint16_t kDefaultPort = 7822;

using WindowNonce = std::array<std::uint8_t, 16>;

/// Host to Pi, the first bytes of a conversation.
struct Greeting {
  std::vector<std::uint16_t> versions{kProtocolVersion};  ///< 1 to 8, best first
  std::string name;                                       ///< at most 64 bytes, printable UTF-8
};

/// Pi to host: nothing that authentication should protect.
struct Hello {
  std::uint16_t version = kProtocolVersion;
  std::uint8_t groups = 8;  ///< digits of the code, check group included: 8, or 10 when strict
  WindowNonce nonce{};
  std::string name;  ///< at most 64 bytes, printable UTF-8
};

}  // namespace latchkey::channel
