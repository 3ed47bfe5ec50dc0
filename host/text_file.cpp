// SPDX-License-Identifier: MIT
#include "host/text_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <utility>

#include "core/ssh/text_lines.hpp"

namespace latchkey::host {
namespace {

constexpr int kRounds = 5;
constexpr mode_t kPrivateFile = 0600;
constexpr mode_t kPrivateFolder = 0700;
constexpr mode_t kModeBits = 07777;

class File final {
 public:
  explicit File(int number) noexcept : number_(number) {}
  ~File() {
    if (number_ >= 0) ::close(number_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  File(File&&) = delete;
  File& operator=(File&&) = delete;
  [[nodiscard]] int number() const noexcept { return number_; }

 private:
  int number_;
};

struct Snapshot {
  Bytes bytes;
  struct stat state {};
};

Result<Snapshot> take(const std::string& path, std::size_t limit) {
  const auto doing = "reading " + path;
  // O_NONBLOCK: a FIFO must not hold us up.
  const File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (file.number() < 0) {
    if (errno == ENOENT) return fail(Errc::not_found, doing);
    return fail_errno(errno, doing);
  }
  Snapshot snapshot;
  if (::fstat(file.number(), &snapshot.state) != 0) return fail_errno(errno, doing);
  if (!S_ISREG(snapshot.state.st_mode)) return fail(Errc::unsupported, doing);
  constexpr std::size_t kPiece = 16UL * 1024;
  for (;;) {
    const auto had = snapshot.bytes.size();
    snapshot.bytes.resize(had + kPiece);
    const auto got = ::read(file.number(), snapshot.bytes.data() + had, kPiece);
    snapshot.bytes.resize(had + static_cast<std::size_t>(got > 0 ? got : 0));
    if (got == 0) return snapshot;
    if (got < 0 && errno != EINTR) return fail_errno(errno, doing);
    if (snapshot.bytes.size() > limit) return fail(Errc::too_large, doing);
  }
}

Result<void> write_new(const std::string& path, ByteView bytes, mode_t mode) {
  const auto doing = "writing " + path;
  const File file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kPrivateFile));
  if (file.number() < 0) return fail_errno(errno, doing);
  while (!bytes.empty()) {
    const auto wrote = ::write(file.number(), bytes.data(), bytes.size());
    if (wrote < 0 && errno != EINTR) return fail_errno(errno, doing);
    if (wrote > 0) bytes = bytes.subspan(static_cast<std::size_t>(wrote));
  }
  if (::fchmod(file.number(), mode) != 0) return fail_errno(errno, doing);
  if (::fsync(file.number()) != 0) return fail_errno(errno, doing);
  return {};
}

bool same(const std::optional<Snapshot>& before, const std::string& path) {
  struct stat now {};
  if (::stat(path.c_str(), &now) != 0) return errno == ENOENT && !before;
  return before && before->state.st_ino == now.st_ino && before->state.st_dev == now.st_dev &&
         before->state.st_size == now.st_size &&
         before->state.st_mtim.tv_sec == now.st_mtim.tv_sec &&
         before->state.st_mtim.tv_nsec == now.st_mtim.tv_nsec;
}

/// Where the bytes are: behind a symlink, if it is one.
std::string target_of(const std::string& path) {
  std::error_code none;
  const auto real = std::filesystem::weakly_canonical(path, none);
  return none ? path : real.string();
}

Result<void> make_folder(const std::filesystem::path& folder) {
  if (::mkdir(folder.c_str(), kPrivateFolder) == 0 || errno == EEXIST) return {};
  return fail_errno(errno, "making " + folder.string());
}

void sync_folder(const std::filesystem::path& folder) {
  const File opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (opened.number() >= 0) ::fsync(opened.number());
}

}  // namespace

Result<Bytes> read_file(const std::string& path, std::size_t limit) {
  auto snapshot = take(path, limit);
  if (!snapshot) return fail(std::move(snapshot));
  return std::move(snapshot->bytes);
}

Result<void> update_file(const std::string& path, const FileChange& change) {
  const auto target = target_of(path);
  const auto folder = std::filesystem::path(target).parent_path();
  if (auto made = make_folder(folder); !made) return made;
  for (int round = 0; round < kRounds; ++round) {
    std::optional<Snapshot> before;
    if (auto taken = take(target, ssh::kMaxTextFile)) {
      before = std::move(*taken);
    } else if (!taken.error().is(Errc::not_found)) {
      return fail(std::move(taken));
    }
    static const Bytes kNothing;
    const auto& old = before ? before->bytes : kNothing;
    auto changed = change(old);
    if (!changed) return fail(std::move(changed));
    if (before && *changed == old) return {};

    const auto beside = target + ".latchkey-" + std::to_string(::getpid());
    const auto mode = before ? before->state.st_mode & kModeBits : kPrivateFile;
    ::unlink(beside.c_str());  // ours alone by its name: left over from a crash
    if (auto wrote = write_new(beside, *changed, mode); !wrote) {
      ::unlink(beside.c_str());
      return wrote;
    }
    if (!same(before, target)) {
      ::unlink(beside.c_str());
      continue;
    }
    if (::rename(beside.c_str(), target.c_str()) != 0) {
      const int why = errno;
      ::unlink(beside.c_str());
      return fail_errno(why, "replacing " + target);
    }
    sync_folder(folder);
    return {};
  }
  return fail(Errc::refused, "replacing " + target + ", which another program keeps changing");
}

Result<TemporaryFolder> TemporaryFolder::make() {
  std::error_code none;
  auto base = std::filesystem::temp_directory_path(none);
  if (none) base = "/tmp";
  auto name = (base / "latchkey-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr)
    return fail_errno(errno, "making a folder in " + base.string());
  return TemporaryFolder(std::move(name));
}

TemporaryFolder::~TemporaryFolder() {
  if (path_.empty()) return;
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

Result<std::string> TemporaryFolder::write(const std::string& name, ByteView bytes) const {
  auto path = path_ + "/" + name;
  if (auto wrote = write_new(path, bytes, kPrivateFile); !wrote) return fail(std::move(wrote));
  return path;
}

}  // namespace latchkey::host
