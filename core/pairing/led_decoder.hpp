// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <span>
#include <string>

#include "core/time.hpp"

namespace latchkey::pairing {

/// The LED went on or off. `at` counts from anywhere, in order.
struct LedEdge {
  Millis at{};
  bool on = false;
};

/// Reads a code as a person would: the groups between one long on and the next, at any speed,
/// with up to 50 ms of jitter on each edge. The first pass seen whole and consistent counts;
/// none yet: nullopt. Other patterns before, between and after do not disturb it.
[[nodiscard]] std::optional<std::string> decode(std::span<const LedEdge> edges);

}  // namespace latchkey::pairing
