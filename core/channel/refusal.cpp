// SPDX-License-Identifier: MIT
#include "core/channel/refusal.hpp"

#include "core/channel/fields.hpp"

namespace latchkey::channel {

Bytes encode(const Refusal& refusal) {
  return {static_cast<std::uint8_t>(refusal.reason), refusal.tries_left};
}

Result<Refusal> decode_refusal(ByteView payload) {
  constexpr auto kDoing = "reading a refusal";
  FieldReader reader(payload);
  const auto reason = reader.u8();
  const auto tries_left = reader.u8();
  if (auto end = reader.end(kDoing); !end) return fail(std::move(end));
  if (reason < static_cast<std::uint8_t>(RefusalReason::version_mismatch) ||
      reason > static_cast<std::uint8_t>(RefusalReason::key_in_pi)) {
    return fail(Errc::malformed, kDoing);
  }
  return Refusal{static_cast<RefusalReason>(reason), tries_left};
}

}  // namespace latchkey::channel
