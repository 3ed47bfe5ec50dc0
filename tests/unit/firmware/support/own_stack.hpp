// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <span>

namespace latchkey::testing {

/// AddressSanitizer moves local variables off the stack: nothing is found there then.
#if defined(__SANITIZE_ADDRESS__)
inline constexpr bool kStackHoldsLocals = false;
#else
inline constexpr bool kStackHoldsLocals = true;
#endif

/// Runs `work` on a stack of its own and says whether these bytes lie on it afterwards. `secret`
/// should be longer than any register, so that no spilled one is taken for a copy. Fails the test
/// when there is no such stack to be had.
[[nodiscard]] bool leaves_on_stack(std::span<const std::uint8_t> secret,
                                   const std::function<void()>& work);

}  // namespace latchkey::testing
