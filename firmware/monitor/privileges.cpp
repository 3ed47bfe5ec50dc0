// SPDX-License-Identifier: MIT
#include "firmware/monitor/privileges.hpp"

#include <cap-ng.h>
#include <sys/prctl.h>
#include <cerrno>

namespace latchkey::monitor {
namespace {

constexpr std::uint16_t kFirstFreePort = 1024;

constexpr auto kHeldNow = static_cast<capng_type_t>(CAPNG_EFFECTIVE | CAPNG_PERMITTED);

}  // namespace

std::vector<unsigned> needed_capabilities(std::uint16_t port) {
  std::vector<unsigned> needed{CAP_KILL, CAP_SETGID, CAP_SETUID};
  // 0 stands for any free port, and those are above.
  if (port > 0 && port < kFirstFreePort) needed.push_back(CAP_NET_BIND_SERVICE);
  return needed;
}

Result<void> keep_only(const std::vector<unsigned>& capabilities) {
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
    return fail_errno(errno, "giving up new privileges");
  }
  capng_clear(CAPNG_SELECT_ALL);
  for (const auto capability : capabilities) {
    if (capng_update(CAPNG_ADD, kHeldNow, capability) != 0) {
      return fail(Errc::refused, "choosing the capabilities to keep");
    }
  }
  if (capng_apply(CAPNG_SELECT_ALL) != 0) {
    return fail(Errc::refused,
                "giving up capabilities (CAP_SETPCAP is needed for that, and CAP_KILL, CAP_SETGID "
                "and CAP_SETUID are kept: whoever starts latchkeyd must not have taken them away)");
  }
  return {};
}

}  // namespace latchkey::monitor
