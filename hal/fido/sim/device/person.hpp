// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace latchkey::fido::sim {

/// What a key asks of a person.
enum class Gesture : std::uint8_t {
  touch,         ///< user presence
  verification,  ///< the key's own fingerprint reader: presence as well
};

/// What the person does. Declining, and not being there, are two things.
enum class Reply : std::uint8_t {
  yes,    ///< touches; the right finger
  no,     ///< declines; the wrong finger
  never,  ///< nobody is there: the key goes on waiting
};

struct Request {
  Gesture gesture = Gesture::touch;
  std::string rp_id;  ///< "ssh:"; empty where the key does not know it (U2F, selection, reset)
};

/// The touch callback: asked when a request begins, and again at each keep-alive while nobody has
/// answered. Must not call back into the key.
using Person = std::function<Reply(const Request&)>;

}  // namespace latchkey::fido::sim
