// SPDX-License-Identifier: MIT
#include "hal/net/linux/wait.hpp"

#include <poll.h>
#include <algorithm>
#include <cerrno>
#include <ctime>
#include <limits>

namespace latchkey::net {

Instant boot_time() noexcept {
  timespec now{};
  ::clock_gettime(CLOCK_BOOTTIME, &now);
  // Rounded up, so that a deadline is never waited for in vain.
  const auto since_boot = std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
  return Instant(std::chrono::ceil<Millis>(since_boot));
}

Result<void> wait_until_ready(int descriptor, short events, Instant deadline) {
  for (;;) {
    const auto left = std::max((deadline - boot_time()).count(), Millis::rep{0});
    const auto wait = std::min<Millis::rep>(left, std::numeric_limits<int>::max());
    pollfd polled{descriptor, events, 0};
    const int ready = ::poll(&polled, 1, static_cast<int>(wait));
    if (ready > 0) return {};
    if (ready == 0) return fail(Errc::timed_out, "waiting for the network");
    if (errno != EINTR) return fail_errno(errno, "waiting for the network");
  }
}

}  // namespace latchkey::net
