// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
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

inline constexpr std::size_t kMaxName = 64;
inline constexpr std::size_t kMaxVersions = 8;

/// The payloads of the two frames. Errc::too_large or malformed for what breaks a bound above.
/// decode_greeting takes versions it does not know: choosing one is the session's business.
[[nodiscard]] Result<Bytes> encode(const Greeting& greeting);
[[nodiscard]] Result<Bytes> encode(const Hello& hello);
[[nodiscard]] Result<Greeting> decode_greeting(ByteView payload);
[[nodiscard]] Result<Hello> decode_hello(ByteView payload);

/// SPAKE2's additional data: both payloads as they went over the wire, each with its length before
/// it (16 bits, big-endian).
[[nodiscard]] Bytes additional_data(ByteView greeting, ByteView hello);

/// Whether `digits` is a code of `groups` groups: that many digits 1-5. Its check group is not
/// looked at.
[[nodiscard]] bool is_code(std::string_view digits, std::uint8_t groups) noexcept;

}  // namespace latchkey::channel
