// SPDX-License-Identifier: MIT
#pragma once

#include <initializer_list>

#include "core/bytes.hpp"

namespace latchkey::fido::sim {

/// What is signed, sent or authenticated: its parts, one behind the other.
[[nodiscard]] inline Bytes join(std::initializer_list<ByteView> parts) {
  Bytes joined;
  for (const auto part : parts) joined.insert(joined.end(), part.begin(), part.end());
  return joined;
}

}  // namespace latchkey::fido::sim
