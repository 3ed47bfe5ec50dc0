// SPDX-License-Identifier: MIT
#include "hal/files/linux/linux_key_files.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <cerrno>
#include <cstdio>

#include "hal/files/linux/linux_file.hpp"
#include "hal/files/linux/retry.hpp"

namespace latchkey::files {
namespace {

constexpr mode_t kFileMode = 0600;
constexpr mode_t kDirectoryMode = 0700;

bool is_one_component(const std::string& name) {
  return !name.empty() && name != "." && name != ".." &&
         name.find_first_of(std::string_view("/\0", 2)) == std::string::npos;
}

hal::Descriptor open_beneath(int directory, const char* name, int flags, mode_t mode = 0) {
  struct open_how how {};
  how.flags = static_cast<unsigned>(flags | O_CLOEXEC);
  how.mode = mode;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
  // EAGAIN: somebody renames directories just now and the kernel asks to try again, or holds a
  // lease on the file, which may last.
  constexpr int kTries = 8;
  long number = -1;
  for (int i = 0; i < kTries; ++i) {
    number = ::syscall(SYS_openat2, directory, name, &how, sizeof how);
    if (number >= 0 || (errno != EINTR && errno != EAGAIN)) break;
  }
  return hal::Descriptor(static_cast<int>(number));
}

class LinuxDirectory final : public Directory {
 public:
  LinuxDirectory(hal::Descriptor path, std::string name) noexcept
      : path_(std::move(path)), name_(std::move(name)) {}

  Result<Status> status() override {
    struct stat found {};
    if (::fstat(path_.number(), &found) != 0) return fail_errno(errno, "looking at " + name_);
    return to_status(found);
  }

  Result<Status> status(const std::string& name) override {
    if (!is_one_component(name)) return fail(Errc::malformed, "looking at " + name);
    struct stat found {};
    if (::fstatat(path_.number(), name.c_str(), &found, AT_SYMLINK_NOFOLLOW) != 0) {
      return fail_errno(errno, "looking at " + name);
    }
    return to_status(found);
  }

  Result<Storage> storage() override {
    struct statfs found {};
    if (::fstatfs(path_.number(), &found) != 0) return fail_errno(errno, "looking at " + name_);
    // On 32-bit systems the field has a sign, which the names of its values do not know.
    switch (static_cast<std::uint32_t>(found.f_type)) {
      case TMPFS_MAGIC:
      case RAMFS_MAGIC: return Storage::memory;
      case OVERLAYFS_SUPER_MAGIC: return Storage::overlay;
      default: return Storage::lasting;
    }
  }

  Result<std::unique_ptr<File>> open_file(const std::string& name) override {
    return open_as_file(name, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_NOCTTY, 0, "opening ");
  }

  Result<std::unique_ptr<File>> create_file(const std::string& name) override {
    return open_as_file(name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, kFileMode, "making ");
  }

  Result<std::unique_ptr<Directory>> open_directory(const std::string& name) override {
    if (!is_one_component(name)) return fail(Errc::malformed, "opening " + name);
    auto opened = open_beneath(path_.number(), name.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW);
    if (!opened.open()) return fail_errno(errno, "opening " + name);
    return std::make_unique<LinuxDirectory>(std::move(opened), name);
  }

  Result<void> make_directory(const std::string& name) override {
    if (!is_one_component(name)) return fail(Errc::malformed, "making " + name);
    return done(::mkdirat(path_.number(), name.c_str(), kDirectoryMode), "making " + name);
  }

  Result<std::vector<std::string>> list(const std::string& prefix, std::size_t limit) override {
    // Of its own, for reading moves the offset of a descriptor.
    const int number = ::openat(path_.number(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (number < 0) return fail_errno(errno, "listing " + name_);
    const std::unique_ptr<DIR, int (*)(DIR*)> entries(::fdopendir(number), &::closedir);
    if (!entries) {
      const int error = errno;
      ::close(number);
      return fail_errno(error, "listing " + name_);
    }
    std::vector<std::string> names;
    while (names.size() < limit) {
      errno = 0;
      const auto* entry = ::readdir(entries.get());  // NOLINT(concurrency-mt-unsafe): own stream
      if (entry == nullptr) break;
      if (std::string_view(entry->d_name).starts_with(prefix)) names.emplace_back(entry->d_name);
    }
    if (errno != 0) return fail_errno(errno, "listing " + name_);
    return names;
  }

  Result<void> exchange(const std::string& left, const std::string& right) override {
    auto renamed = rename(left, right, RENAME_EXCHANGE);
    if (!renamed && is_unsupported(renamed.error())) return fail(Errc::unsupported, "exchanging");
    return renamed;
  }

  Result<void> rename_over(const std::string& from, const std::string& to) override {
    return rename(from, to, 0);
  }

  Result<void> rename_new(const std::string& from, const std::string& to) override {
    auto renamed = rename(from, to, RENAME_NOREPLACE);
    if (renamed || !is_unsupported(renamed.error())) return renamed;
    // The file system has no such flag: look, then rename.
    if (status(to)) return fail_errno(EEXIST, "renaming to " + to);
    return rename(from, to, 0);
  }

  Result<void> remove_file(const std::string& name) override {
    if (!is_one_component(name)) return fail(Errc::malformed, "removing " + name);
    return done(::unlinkat(path_.number(), name.c_str(), 0), "removing " + name);
  }

  Result<void> remove_directory(const std::string& name) override {
    if (!is_one_component(name)) return fail(Errc::malformed, "removing " + name);
    return done(::unlinkat(path_.number(), name.c_str(), AT_REMOVEDIR), "removing " + name);
  }

  Result<void> lock(Millis limit) override {
    if (auto opened = open_for_reading(); !opened) return opened;
    int error = 0;
    const bool decided = retry_for(limit, [&] {
      error = ::flock(readable_.number(), LOCK_EX | LOCK_NB) == 0 ? 0 : errno;
      return error != EWOULDBLOCK && error != EINTR;
    });
    if (!decided) return fail(Errc::timed_out, "waiting for the lock on " + name_);
    if (error != 0) return fail_errno(error, "locking " + name_);
    return {};
  }

  Result<void> sync() override {
    if (auto opened = open_for_reading(); !opened) return opened;
    return done(::fsync(readable_.number()), "syncing " + name_);
  }

 private:
  static Result<void> done(int returned, std::string doing) {
    if (returned != 0) return fail_errno(errno, std::move(doing));
    return {};
  }

  static bool is_unsupported(const Error& error) {
    return error.code.category() == std::system_category() &&
           (error.code.value() == EINVAL || error.code.value() == ENOSYS ||
            error.code.value() == EOPNOTSUPP);
  }

  Result<void> rename(const std::string& from, const std::string& to, unsigned flags) {
    if (!is_one_component(from) || !is_one_component(to)) {
      return fail(Errc::malformed, "renaming to " + to);
    }
    return done(::renameat2(path_.number(), from.c_str(), path_.number(), to.c_str(), flags),
                "renaming to " + to);
  }

  Result<std::unique_ptr<File>> open_as_file(const std::string& name, int flags, mode_t mode,
                                             const char* doing) {
    if (!is_one_component(name)) return fail(Errc::malformed, doing + name);
    auto opened = open_beneath(path_.number(), name.c_str(), flags, mode);
    if (!opened.open()) return fail_errno(errno, doing + name);
    return std::make_unique<LinuxFile>(std::move(opened), name);
  }

  Result<void> open_for_reading() {
    if (readable_.open()) return {};
    readable_ = open_beneath(path_.number(), ".", O_RDONLY | O_DIRECTORY);
    if (!readable_.open()) return fail_errno(errno, "opening " + name_);
    return {};
  }

  hal::Descriptor path_;      // O_PATH
  hal::Descriptor readable_;  // the same directory, for flock and fsync
  std::string name_;
};

}  // namespace

Result<std::unique_ptr<Directory>> LinuxKeyFiles::open_home(const std::string& path) {
  if (path.empty() || path.front() != '/') return fail(Errc::malformed, "opening " + path);
  hal::Descriptor opened(::open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!opened.open()) return fail_errno(errno, "opening " + path);
  return std::make_unique<LinuxDirectory>(std::move(opened), path);
}

}  // namespace latchkey::files
