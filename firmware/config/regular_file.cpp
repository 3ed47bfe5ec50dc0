// SPDX-License-Identifier: MIT
#include "firmware/config/regular_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "hal/descriptor.hpp"

namespace latchkey::config {

Result<std::string> read_regular_file(const std::string& path, std::size_t most) {
  // O_NONBLOCK: a FIFO must not keep the daemon from starting.
  const hal::Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!file.open()) return fail_errno(errno, "reading " + path);
  struct stat found {};
  if (::fstat(file.number(), &found) != 0) return fail_errno(errno, "reading " + path);
  if (!S_ISREG(found.st_mode)) {
    return fail(Errc::unsupported, "reading " + path + ", which is not a regular file");
  }
  std::string text(most + 1, '\0');
  std::size_t length = 0;
  while (length < text.size()) {
    const auto got = ::read(file.number(), text.data() + length, text.size() - length);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail_errno(errno, "reading " + path);
    if (got == 0) break;
    length += static_cast<std::size_t>(got);
  }
  text.resize(length);
  return text;
}

}  // namespace latchkey::config
