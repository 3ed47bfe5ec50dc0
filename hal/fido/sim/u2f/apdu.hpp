// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include "core/bytes.hpp"

namespace latchkey::fido::sim {

/// A command as smart cards take it (ISO/IEC 7816-4; U2F Raw Message Formats section 3.1).
struct Apdu {
  std::uint8_t command_class = 0;  ///< CLA
  std::uint8_t instruction = 0;    ///< INS
  std::uint8_t parameter_1 = 0;
  std::uint8_t parameter_2 = 0;
  ByteView data;  ///< points into the message

  /// Both encodings of the lengths, short and extended, with and without Le, which is not looked
  /// at. nullopt: too short, or the lengths do not fit the message.
  [[nodiscard]] static std::optional<Apdu> parse(ByteView message);
};

}  // namespace latchkey::fido::sim
