// SPDX-License-Identifier: MIT
#include "firmware/monitor/small_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cerrno>
#include <cstdio>

#include "hal/descriptor.hpp"

namespace latchkey::monitor {
namespace {

/// write, fsync: both or an error.
Result<void> write_file(const std::string& path, std::string_view text) {
  const hal::Descriptor file(
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file.open()) return fail_errno(errno, "opening " + path);
  int why = 0;
  while (why == 0 && !text.empty()) {
    const auto wrote = ::write(file.number(), text.data(), text.size());
    if (wrote > 0) text.remove_prefix(static_cast<std::size_t>(wrote));
    if (wrote == 0) why = ENOSPC;
    if (wrote < 0 && errno != EINTR) why = errno;
  }
  if (why == 0 && ::fsync(file.number()) != 0) why = errno;
  if (why == 0) return {};
  ::unlink(path.c_str());
  return fail_errno(why, "writing " + path);
}

Result<void> sync_folder_of(const std::string& path) {
  const auto slash = path.find_last_of('/');
  const auto folder = slash == std::string::npos ? std::string(".") : path.substr(0, slash + 1);
  const hal::Descriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!opened.open()) return fail_errno(errno, "opening " + folder);
  if (::fsync(opened.number()) != 0) return fail_errno(errno, "syncing " + folder);
  return {};
}

}  // namespace

Result<std::string> read_small_file(const std::string& path, std::size_t max) {
  const auto doing = "reading " + path;
  const hal::Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (!file.open()) {
    if (errno == ENOENT) return fail(Errc::not_found, doing);
    if (errno == ELOOP) return fail(Errc::unsupported, doing);
    return fail_errno(errno, doing);
  }
  struct stat status {};
  if (::fstat(file.number(), &status) != 0) return fail_errno(errno, doing);
  if (!S_ISREG(status.st_mode)) return fail(Errc::unsupported, doing);
  if (static_cast<std::size_t>(status.st_size) > max) return fail(Errc::too_large, doing);
  std::string text(static_cast<std::size_t>(status.st_size), '\0');
  std::size_t have = 0;
  while (have < text.size()) {
    const auto got = ::read(file.number(), text.data() + have, text.size() - have);
    if (got == 0) break;
    if (got < 0 && errno != EINTR) return fail_errno(errno, doing);
    if (got > 0) have += static_cast<std::size_t>(got);
  }
  text.resize(have);
  return text;
}

Result<void> replace_small_file(const std::string& path, std::string_view text) {
  const auto fresh = path + ".new";
  if (auto written = write_file(fresh, text); !written) return written;
  if (::rename(fresh.c_str(), path.c_str()) != 0) {
    const int why = errno;
    ::unlink(fresh.c_str());
    return fail_errno(why, "replacing " + path);
  }
  return sync_folder_of(path);
}

}  // namespace latchkey::monitor
