// SPDX-License-Identifier: MIT
#pragma once

#include "core/bytes.hpp"

namespace latchkey::crypto {

enum class Curve { p256, p384, p521 };

/// Whether `point` is an uncompressed point (SEC 1 section 2.3.3: 0x04, x, y) of the right
/// length on the curve, and not the identity. Errc::malformed when it is not.
[[nodiscard]] Result<void> check_ec_point(Curve curve, ByteView point);

}  // namespace latchkey::crypto
