// SPDX-License-Identifier: MIT
#include "hal/files/linux/retry.hpp"

#include <thread>

namespace latchkey::files {

bool retry_for(Millis limit, const std::function<bool()>& attempt) {
  constexpr std::chrono::microseconds kPause{200};
  const auto end = std::chrono::steady_clock::now() + limit;
  while (!attempt()) {
    if (std::chrono::steady_clock::now() >= end) return false;
    std::this_thread::sleep_for(kPause);
  }
  return true;
}

}  // namespace latchkey::files
