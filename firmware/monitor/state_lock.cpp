// SPDX-License-Identifier: MIT
#include "firmware/monitor/state_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <cerrno>

namespace latchkey::monitor {

Result<hal::Descriptor> lock_state(const std::string& folder) {
  const auto path = folder + "/lock";
  hal::Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file.open()) return fail_errno(errno, "opening " + path);
  if (::flock(file.number(), LOCK_EX | LOCK_NB) == 0) return file;
  if (errno != EWOULDBLOCK) return fail_errno(errno, "locking " + path);
  return fail(Errc::already_exists, "another latchkeyd is running, and keeps its state in " +
                                        folder + "; one is enough, or end that one first");
}

}  // namespace latchkey::monitor
