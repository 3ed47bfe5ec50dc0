// SPDX-License-Identifier: MIT
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "firmware/config/config.hpp"
#include "hal/descriptor.hpp"

namespace latchkey::config {
namespace {

/// At most one byte more than allowed, so that parse_config() sees what is too large.
Result<std::string> read_whole(int file, const std::string& path) {
  std::string text(kMaxConfig + 1, '\0');
  std::size_t length = 0;
  while (length < text.size()) {
    const auto got = ::read(file, text.data() + length, text.size() - length);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail_errno(errno, "reading " + path);
    if (got == 0) break;
    length += static_cast<std::size_t>(got);
  }
  text.resize(length);
  return text;
}

}  // namespace

Result<Config> load_config(const std::string& path) {
  // O_NONBLOCK: a FIFO must not keep the daemon from starting.
  const hal::Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!file.open() && errno == ENOENT) return fail(Errc::not_found, "reading " + path);
  if (!file.open()) return fail_errno(errno, "reading " + path);
  struct stat found {};
  if (::fstat(file.number(), &found) != 0) return fail_errno(errno, "reading " + path);
  if (!S_ISREG(found.st_mode)) {
    return fail(Errc::unsupported, "reading " + path + ", which is not a regular file");
  }
  const auto text = read_whole(file.number(), path);
  if (!text) return tl::make_unexpected(text.error());
  return parse_config(*text, path);
}

}  // namespace latchkey::config
