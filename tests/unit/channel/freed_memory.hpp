// SPDX-License-Identifier: MIT
#pragma once

#include <span>

/// For programs that link this, operator delete looks into each block before it gives it back.
namespace latchkey::test {

/// From now on counts the blocks that hold these bytes when they are given back; empty: stops.
/// `secret` must outlive that. What is on the stack, or in malloc's own memory, is not seen.
void watch_freed_memory(std::span<const unsigned char> secret) noexcept;
[[nodiscard]] int blocks_with_secret() noexcept;

}  // namespace latchkey::test
