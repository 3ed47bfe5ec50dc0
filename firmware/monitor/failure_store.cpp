// SPDX-License-Identifier: MIT
#include "firmware/monitor/failure_store.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>
#include <array>
#include <cerrno>
#include <cstdio>

namespace latchkey::monitor {
namespace {

constexpr Failures kNotUnderstood{0, true};
constexpr int kMostWindows = 1000;

/// write, fsync, close: all of them or an error.
Result<void> write_file(const std::string& path, const std::string& text) {
  const int file =
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (file < 0) return fail_errno(errno, "opening " + path);
  const auto wrote = ::write(file, text.data(), text.size());
  int why = wrote == static_cast<ssize_t>(text.size()) ? 0 : (wrote < 0 ? errno : ENOSPC);
  if (why == 0 && ::fsync(file) != 0) why = errno;
  ::close(file);
  if (why != 0) return fail_errno(why, "writing " + path);
  return {};
}

Result<void> sync_folder_of(const std::string& path) {
  const auto slash = path.find_last_of('/');
  const auto folder = slash == std::string::npos ? std::string(".") : path.substr(0, slash + 1);
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return fail_errno(errno, "opening " + folder);
  const int why = ::fsync(descriptor) == 0 ? 0 : errno;
  ::close(descriptor);
  if (why != 0) return fail_errno(why, "syncing " + folder);
  return {};
}

}  // namespace

Failures FailureStore::load() const {
  const int file = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (file < 0) return errno == ENOENT ? Failures{} : kNotUnderstood;
  std::array<char, 64> text{};
  const auto got = ::read(file, text.data(), text.size() - 1);
  ::close(file);
  if (got <= 0) return kNotUnderstood;
  int windows = 0;
  int locked = 0;
  int end = 0;
  if (std::sscanf(text.data(), "failed-windows %4d locked %1d\n%n", &windows, &locked, &end) != 2 ||
      end != got || windows < 0 || windows > kMostWindows || locked > 1) {
    return kNotUnderstood;
  }
  return {windows, locked == 1};
}

Result<void> FailureStore::save(const Failures& failures) const {
  const auto fresh = path_ + ".new";
  const auto text =
      fmt::format("failed-windows {} locked {}\n", failures.windows, failures.locked ? 1 : 0);
  if (auto written = write_file(fresh, text); !written) return written;
  if (::rename(fresh.c_str(), path_.c_str()) != 0) return fail_errno(errno, "replacing " + path_);
  return sync_folder_of(path_);
}

}  // namespace latchkey::monitor
