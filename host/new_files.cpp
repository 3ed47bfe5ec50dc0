// SPDX-License-Identifier: MIT
#include "host/new_files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "hal/descriptor.hpp"

namespace latchkey::host {
namespace {

constexpr mode_t kPrivateFolder = 0700;

std::string folder_of(const std::string& path) {
  const auto folder = std::filesystem::path(path).parent_path().string();
  return folder.empty() ? "." : folder;
}

Result<void> write_all(const hal::Descriptor& file, ByteView bytes, unsigned mode,
                       const std::string& doing) {
  while (!bytes.empty()) {
    const auto wrote = ::write(file.number(), bytes.data(), bytes.size());
    if (wrote < 0 && errno != EINTR) return fail_errno(errno, doing);
    if (wrote > 0) bytes = bytes.subspan(static_cast<std::size_t>(wrote));
  }
  if (::fchmod(file.number(), mode) != 0) return fail_errno(errno, doing);
  return {};
}

Result<void> sync(const std::string& path, int flags) {
  const hal::Descriptor opened(::open(path.c_str(), O_RDONLY | O_CLOEXEC | flags));
  if (opened.open() && ::fsync(opened.number()) == 0) return {};
  return fail_errno(errno, "writing " + path);
}

/// A rename that takes no other file's place; where the file system cannot, a second name.
int put_in_place(const std::string& from, const std::string& to) {
  if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return 0;
  if (errno != EINVAL && errno != ENOSYS) return errno;
  if (::link(from.c_str(), to.c_str()) != 0) return errno;
  ::unlink(from.c_str());
  return 0;
}

}  // namespace

bool is_taken(const std::string& path) {
  struct stat state {};
  return ::lstat(path.c_str(), &state) == 0 || (errno != ENOENT && errno != ENOTDIR);
}

NewFiles::~NewFiles() {
  if (done_) return;
  for (const auto& file : files_) ::unlink((file.there ? file.path : file.temporary).c_str());
}

Result<void> NewFiles::add(const std::string& path, ByteView bytes, unsigned mode) {
  const auto doing = "writing " + path;
  const auto folder = folder_of(path);
  if (::mkdir(folder.c_str(), kPrivateFolder) != 0 && errno != EEXIST) {
    return fail_errno(errno, "making " + folder);
  }
  auto temporary = folder + "/.latchkey-XXXXXX";
  const hal::Descriptor file(::mkostemp(temporary.data(), O_CLOEXEC));
  if (!file.open()) return fail_errno(errno, doing);
  files_.push_back({temporary, path});
  return write_all(file, bytes, mode, doing);
}

Result<void> NewFiles::appear() {
  for (const auto& file : files_) {
    if (auto synced = sync(file.temporary, 0); !synced) return synced;
  }
  for (auto& file : files_) {
    const int why = put_in_place(file.temporary, file.path);
    if (why == EEXIST) return fail(Errc::already_exists, "making " + file.path);
    if (why != 0) return fail_errno(why, "making " + file.path);
    file.there = true;
  }
  done_ = true;
  // They are there and whole; a folder that cannot be synced takes nothing back.
  for (const auto& file : files_) static_cast<void>(sync(folder_of(file.path), O_DIRECTORY));
  return {};
}

}  // namespace latchkey::host
