// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/bytes.hpp"
#include "core/time.hpp"

/// A home directory, as the writer of authorized_keys needs it. Everything below the home is
/// reached through handles and single names, never through a path, so that nobody who swaps a
/// path component moves the writer elsewhere. All calls block on the disk. Errors carry errno
/// in std::system_category(), except where an Errc is named.
namespace latchkey::files {

enum class Kind : std::uint8_t { regular, directory, symlink, fifo, socket, device };

/// What lstat says.
struct Status {
  Kind kind = Kind::regular;
  std::uint32_t owner = 0;
  std::uint32_t group = 0;
  std::uint32_t mode = 0;  ///< the twelve permission bits
  std::uint64_t links = 0;
  std::uint64_t size = 0;    ///< bytes
  std::int64_t written = 0;  ///< last change of the content, nanoseconds since 1970
  std::uint64_t device = 0;
  std::uint64_t inode = 0;

  [[nodiscard]] bool same_file(const Status& other) const noexcept {
    return device == other.device && inode == other.inode;
  }
};

/// What holds a directory, as far as it matters after a reboot.
enum class Storage : std::uint8_t { lasting, memory, overlay };

/// An open file. Closed at the end of its life.
class File {
 public:
  virtual ~File() = default;
  [[nodiscard]] virtual Result<Status> status() = 0;
  /// The whole content, from the start. Errc::too_large above `limit`.
  [[nodiscard]] virtual Result<Bytes> read_all(std::size_t limit) = 0;
  /// Writes all of it where the last write ended.
  [[nodiscard]] virtual Result<void> write_all(ByteView bytes) = 0;
  /// Takes over group, mode, ACL and extended attributes of `model`. Attributes that only the
  /// system may set are left to the system. Where the group cannot be kept, the new group is
  /// given no more than everybody.
  [[nodiscard]] virtual Result<void> copy_attributes(File& model) = 0;
  /// fsync.
  [[nodiscard]] virtual Result<void> sync() = 0;
  /// Blocks until no process has the file open for writing. Errc::timed_out after `limit`,
  /// Errc::unsupported where the file system cannot tell.
  [[nodiscard]] virtual Result<void> wait_for_writers(Millis limit) = 0;

 protected:
  File() = default;
  File(const File&) = default;
  File(File&&) = default;
  File& operator=(const File&) = default;
  File& operator=(File&&) = default;
};

/// An open directory. `name` is always one component: no slash, not empty, not "." or "..";
/// anything else is refused with Errc::malformed. No call follows a symbolic link.
class Directory {
 public:
  virtual ~Directory() = default;
  [[nodiscard]] virtual Result<Status> status() = 0;
  [[nodiscard]] virtual Result<Status> status(const std::string& name) = 0;
  [[nodiscard]] virtual Result<Storage> storage() = 0;

  /// For reading. Never blocks, whatever the name turns out to be; ELOOP for a symbolic link.
  [[nodiscard]] virtual Result<std::unique_ptr<File>> open_file(const std::string& name) = 0;
  /// A new file for writing, 0600; EEXIST when the name is taken by anything at all.
  [[nodiscard]] virtual Result<std::unique_ptr<File>> create_file(const std::string& name) = 0;
  [[nodiscard]] virtual Result<std::unique_ptr<Directory>> open_directory(
      const std::string& name) = 0;
  /// 0700.
  [[nodiscard]] virtual Result<void> make_directory(const std::string& name) = 0;
  /// Names that start with `prefix`, at most `limit` of them.
  [[nodiscard]] virtual Result<std::vector<std::string>> list(const std::string& prefix,
                                                              std::size_t limit) = 0;

  /// Swaps two names in one step. Errc::unsupported where the file system cannot.
  [[nodiscard]] virtual Result<void> exchange(const std::string& left,
                                              const std::string& right) = 0;
  /// Renames, replacing `to`.
  [[nodiscard]] virtual Result<void> rename_over(const std::string& from,
                                                 const std::string& to) = 0;
  /// Renames; EEXIST when `to` is taken.
  [[nodiscard]] virtual Result<void> rename_new(const std::string& from, const std::string& to) = 0;
  [[nodiscard]] virtual Result<void> remove_file(const std::string& name) = 0;
  [[nodiscard]] virtual Result<void> remove_directory(const std::string& name) = 0;

  /// flock, until this object ends. Errc::timed_out when another process holds it for `limit`.
  [[nodiscard]] virtual Result<void> lock(Millis limit) = 0;
  [[nodiscard]] virtual Result<void> sync() = 0;

 protected:
  Directory() = default;
  Directory(const Directory&) = default;
  Directory(Directory&&) = default;
  Directory& operator=(const Directory&) = default;
  Directory& operator=(Directory&&) = default;
};

/// Where homes are opened.
class KeyFiles {
 public:
  virtual ~KeyFiles() = default;
  /// An absolute path from passwd; its own components may be symbolic links, for they belong
  /// to the administrator.
  [[nodiscard]] virtual Result<std::unique_ptr<Directory>> open_home(const std::string& path) = 0;

 protected:
  KeyFiles() = default;
  KeyFiles(const KeyFiles&) = default;
  KeyFiles(KeyFiles&&) = default;
  KeyFiles& operator=(const KeyFiles&) = default;
  KeyFiles& operator=(KeyFiles&&) = default;
};

}  // namespace latchkey::files
