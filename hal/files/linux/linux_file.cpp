// SPDX-License-Identifier: MIT
#include "hal/files/linux/linux_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <algorithm>
#include <cerrno>
#include <csignal>

#include "hal/files/linux/retry.hpp"

namespace latchkey::files {
namespace {

constexpr std::uint32_t kPermissionBits = 07777;
constexpr std::int64_t kNanosPerSecond = 1'000'000'000;

Kind kind_of(mode_t mode) {
  switch (mode & S_IFMT) {
    case S_IFREG: return Kind::regular;
    case S_IFDIR: return Kind::directory;
    case S_IFLNK: return Kind::symlink;
    case S_IFIFO: return Kind::fifo;
    case S_IFSOCK: return Kind::socket;
    default: return Kind::device;
  }
}

}  // namespace

Status to_status(const struct stat& found) {
  return {.kind = kind_of(found.st_mode),
          .owner = found.st_uid,
          .group = found.st_gid,
          .mode = found.st_mode & kPermissionBits,
          .links = found.st_nlink,
          .size = static_cast<std::uint64_t>(found.st_size),
          .written = found.st_mtim.tv_sec * kNanosPerSecond + found.st_mtim.tv_nsec,
          .device = found.st_dev,
          .inode = found.st_ino};
}

Result<Status> LinuxFile::status() {
  struct stat found {};
  if (::fstat(descriptor_.number(), &found) != 0) return fail_errno(errno, "looking at " + name_);
  return to_status(found);
}

Result<Bytes> LinuxFile::read_all(std::size_t limit) {
  constexpr std::size_t kChunk = 64UL * 1024;
  Bytes content;
  for (;;) {
    const auto have = content.size();
    content.resize(have + kChunk);
    const auto got =
        ::pread(descriptor_.number(), content.data() + have, kChunk, static_cast<off_t>(have));
    if (got < 0 && errno != EINTR) return fail_errno(errno, "reading " + name_);
    content.resize(have + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    if (got == 0) return content;
    if (content.size() > limit) return fail(Errc::too_large, "reading " + name_);
  }
}

Result<void> LinuxFile::write_all(ByteView bytes) {
  while (!bytes.empty()) {
    const auto put = ::write(descriptor_.number(), bytes.data(), bytes.size());
    if (put < 0 && errno != EINTR) return fail_errno(errno, "writing " + name_);
    bytes = bytes.subspan(static_cast<std::size_t>(std::max<ssize_t>(put, 0)));
  }
  return {};
}

Result<void> LinuxFile::copy_attributes(File& model) {
  auto* other = dynamic_cast<LinuxFile*>(&model);
  if (other == nullptr) return fail_errno(EINVAL, "copying attributes to " + name_);
  struct stat wanted {};
  struct stat present {};
  if (::fstat(other->descriptor_.number(), &wanted) != 0 ||
      ::fstat(descriptor_.number(), &present) != 0) {
    return fail_errno(errno, "looking at " + name_);
  }
  mode_t mode = wanted.st_mode & kPermissionBits;
  if (wanted.st_gid != present.st_gid &&
      ::fchown(descriptor_.number(), static_cast<uid_t>(-1), wanted.st_gid) != 0) {
    if (errno != EPERM) return fail_errno(errno, "changing the group of " + name_);
    // The user is not in that group. Another group must not get what was meant for it.
    mode &= ~static_cast<mode_t>(S_IRWXG) | ((mode & S_IRWXO) << 3U);
  }
  if (auto copied = copy_extended_attributes(other->descriptor_.number(), descriptor_.number());
      !copied) {
    return copied;
  }
  if (::fchmod(descriptor_.number(), mode) != 0) {
    return fail_errno(errno, "changing the mode of " + name_);
  }
  return {};
}

Result<void> LinuxFile::sync() {
  if (::fsync(descriptor_.number()) != 0) return fail_errno(errno, "syncing " + name_);
  return {};
}

Result<void> LinuxFile::wait_for_writers(Millis limit) {
  // A read lease is granted exactly when nobody has the file open for writing. Who opens it
  // during the moment that we hold it waits for us and sends a signal, whose default would
  // kill: SIGURG is ignored by default.
  if (::fcntl(descriptor_.number(), F_SETSIG, SIGURG) != 0) {
    return fail(Errc::unsupported, "asking who writes " + name_);
  }
  int error = 0;
  const bool alone = retry_for(limit, [&] {
    error = ::fcntl(descriptor_.number(), F_SETLEASE, F_RDLCK) == 0 ? 0 : errno;
    return error != EAGAIN;
  });
  if (!alone) return fail(Errc::timed_out, "waiting for who writes " + name_);
  if (error != 0) return fail(Errc::unsupported, "asking who writes " + name_);
  (void)::fcntl(descriptor_.number(), F_SETLEASE, F_UNLCK);
  return {};
}

}  // namespace latchkey::files
