// SPDX-License-Identifier: MIT
#pragma once

#include <cstdlib>

/// A property that holds for every input; what libFuzzer reports where it does not.
inline void require(bool holds) {
  if (!holds) std::abort();
}
