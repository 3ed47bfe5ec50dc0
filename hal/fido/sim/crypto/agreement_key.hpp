// SPDX-License-Identifier: MIT
#pragma once

#include <array>

#include "hal/fido/sim/crypto/signing_key.hpp"

namespace latchkey::fido::sim {

/// ECDH on P-256: the X coordinate of the shared point, 32 bytes. `peer` is 04 ‖ X ‖ Y;
/// Errc::malformed when that is no point of the curve.
[[nodiscard]] Result<std::array<std::uint8_t, 32>> agree(const SigningKey& own, ByteView peer);

}  // namespace latchkey::fido::sim
