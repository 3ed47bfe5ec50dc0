// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "core/bytes.hpp"

/// The user's own small files: read within bounds, replaced whole or not at all.
namespace latchkey::host {

/// The bytes of a regular file. Errc::not_found when there is none; Errc::too_large above
/// `limit`; Errc::unsupported when it is no regular file; else the errno of the system.
[[nodiscard]] Result<Bytes> read_file(const std::string& path, std::size_t limit);

/// Gives `change` the old bytes (empty when the file is not there) and puts what it returns in
/// their place: a new file beside it, synced, then renamed over it, so that a crash leaves
/// the old one or the new one. A symlink stays, and what it points to is replaced. The mode
/// is kept; a new file gets 0600, and a missing folder 0700. When somebody else changes the
/// file meanwhile, `change` is asked again, at most a few times (then Errc::refused).
/// Returning the old bytes writes nothing.
using FileChange = std::function<Result<Bytes>(const Bytes& old)>;
[[nodiscard]] Result<void> update_file(const std::string& path, const FileChange& change);

/// A folder for one's own short-lived files, 0700, gone with all it holds at the end.
class TemporaryFolder final {
 public:
  [[nodiscard]] static Result<TemporaryFolder> make();
  ~TemporaryFolder();
  TemporaryFolder(TemporaryFolder&& other) noexcept : path_(std::move(other.path_)) {
    other.path_.clear();
  }
  TemporaryFolder& operator=(TemporaryFolder&&) = delete;
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  /// Writes a new file, 0600, and returns its path.
  [[nodiscard]] Result<std::string> write(const std::string& name, ByteView bytes) const;

 private:
  explicit TemporaryFolder(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

}  // namespace latchkey::host
