// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "core/bytes.hpp"

namespace latchkey::host {

/// A few new files that belong together: each is written beside its place first, and at the end all
/// of them appear whole, never over an existing file; or none does, and nothing is left behind.
class NewFiles final {
 public:
  NewFiles() = default;
  ~NewFiles();
  NewFiles(const NewFiles&) = delete;
  NewFiles& operator=(const NewFiles&) = delete;
  NewFiles(NewFiles&&) = delete;
  NewFiles& operator=(NewFiles&&) = delete;

  /// Writes one, for now under a random name in the folder of `path` (made 0700 where it is
  /// missing). Its mode is 0600 at first; `mode` comes last.
  [[nodiscard]] Result<void> add(const std::string& path, ByteView bytes, unsigned mode);

  /// Puts all in their places, in the order they were added. Errc::already_exists when one has been
  /// taken; else the errno of the system.
  [[nodiscard]] Result<void> appear();

 private:
  struct File {
    std::string temporary;
    std::string path;
    bool there = false;
  };
  std::vector<File> files_;
  bool done_ = false;
};

/// Whether anything at all is there, a dangling symlink included.
[[nodiscard]] bool is_taken(const std::string& path);

}  // namespace latchkey::host
