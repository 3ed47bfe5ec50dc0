// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "firmware/keyfile/outcome.hpp"
#include "firmware/keyfile/safe_path.hpp"
#include "hal/files/key_files.hpp"

namespace latchkey::keyfile {

/// The names from the home to the file, the file's last. Reason::path_refused unless `path` is
/// absolute, lies below `home` and has no "." or "..".
[[nodiscard]] Step<std::vector<std::string>> names_below(const std::string& home,
                                                         const std::string& path);

/// The directories from the home to the one that holds the file, each an open handle.
class TargetPath final {
 public:
  enum class Missing : std::uint8_t { stays, made };

  /// Opens the home and what is below it, checking each directory by `modes`. Where a directory is
  /// missing: made, 0700, or found out with file_directory() == nullptr. Before it makes
  /// anything: Reason::not_persistent on tmpfs and overlayfs, unless `allow_volatile`.
  [[nodiscard]] static Step<TargetPath> open(files::KeyFiles& key_files, const std::string& home,
                                             const std::string& path, const StrictModes& modes,
                                             bool allow_volatile, Missing missing);

  /// The directory that holds the file, or nullptr when it is missing. Points into this object.
  [[nodiscard]] files::Directory* file_directory() const noexcept;
  [[nodiscard]] const std::string& file_name() const noexcept { return names_.back(); }

  /// Syncs the directories that got a new entry, those that were made here included.
  [[nodiscard]] Step<> sync();
  /// Removes the directories that open() made, if they are empty.
  void undo();

 private:
  [[nodiscard]] Step<> descend(std::string& shown, const StrictModes& modes, Missing missing);
  [[nodiscard]] Step<> make_next(const std::string& shown);

  std::vector<std::string> names_;
  std::vector<std::unique_ptr<files::Directory>> directories_;  ///< the home first
  std::vector<std::size_t> made_;                               ///< indices in names_
};

}  // namespace latchkey::keyfile
