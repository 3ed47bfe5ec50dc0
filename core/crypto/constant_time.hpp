// SPDX-License-Identifier: MIT
#pragma once

#include "core/bytes.hpp"

namespace latchkey::crypto {

/// Whether both hold the same bytes, in a time that depends on the lengths alone.
[[nodiscard]] bool equal(ByteView left, ByteView right) noexcept;

}  // namespace latchkey::crypto
