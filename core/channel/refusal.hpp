// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "core/bytes.hpp"

namespace latchkey::channel {

/// Why the Pi ends a conversation before the channel is encrypted. Numbers are the wire's. The
/// text a person reads is made from the number on the host: unauthenticated bytes are not shown.
enum class RefusalReason : std::uint8_t {
  version_mismatch = 1,
  busy = 2,            ///< another peer is being served
  overlap = 3,         ///< two peers, or two security keys, at once: everything ended
  wrong_code = 4,      ///< tries_left says how many codes remain in this window
  too_many_codes = 5,  ///< no codes left: the window is closed
  timed_out = 6,       ///< a step took too long, or the code lived its time
  window_closed = 7,   ///< closed by a press, or its time is over
  malformed = 8,
  internal = 9,
  key_in_pi = 10,  ///< a security key that was plugged into the Pi is enrolled instead
};

struct Refusal {
  RefusalReason reason = RefusalReason::internal;
  std::uint8_t tries_left = 0;
  friend bool operator==(const Refusal&, const Refusal&) = default;
};

/// The payload of a refuse frame. A reason this version does not know is Errc::malformed.
[[nodiscard]] Bytes encode(const Refusal& refusal);
[[nodiscard]] Result<Refusal> decode_refusal(ByteView payload);

}  // namespace latchkey::channel
