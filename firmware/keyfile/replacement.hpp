// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/crypto/random.hpp"
#include "firmware/keyfile/line_changes.hpp"
#include "firmware/keyfile/safe_path.hpp"

namespace latchkey::keyfile {

/// How long the lock is waited for, and each time a program that has the file open for writing. All
/// of them together stay below the 5 s after which the daemon ends the writer.
inline constexpr Millis kPatience{2000};
inline constexpr Millis kSettling{500};

/// What a refusal says at its end when the old version could not be put back.
inline constexpr const char* kNotUndone = "; the new version is in place, and stays";

/// Replaces one file of lines by a new version, as a whole, while other programs may be writing
/// it too: the new version is made aside, swapped in, and what others did to the old one since it
/// was read is done to the new one as well.
class Replacement final {
 public:
  /// The new content, or nothing when the file shall stay as it is. Called again, with what is
  /// there then, whenever somebody else was faster.
  using Edit = std::function<Step<std::optional<Bytes>>(ByteView old)>;

  /// `directory` and `random` must outlive this; `path` is for messages. The directory is locked.
  Replacement(files::Directory& directory, std::string name, std::string path,
              const StrictModes& modes, crypto::Random& random)
      : directory_(directory),
        name_(std::move(name)),
        path_(std::move(path)),
        modes_(modes),
        random_(random) {}

  /// Whether the file was changed. A refusal means that it is as it was.
  [[nodiscard]] Step<bool> run(const Edit& edit);
  /// After run: puts the old version back. False when the file system does not let it.
  [[nodiscard]] bool undo();
  /// After run: removes the old version, for good.
  void commit();

 private:
  struct Version {
    std::unique_ptr<files::File> file;  ///< none: the name is free
    files::Status status;
    Bytes content;
  };

  [[nodiscard]] Step<Version> look();
  [[nodiscard]] std::string always_changing() const;
  [[nodiscard]] Step<> check(const files::Status& status) const;
  [[nodiscard]] Step<bool> is_current(const Version& version);
  /// What others did to `old` meanwhile; nothing when the swap must be tried again.
  [[nodiscard]] Step<std::optional<LineChanges>> swap_in(Version old, ByteView next);
  [[nodiscard]] Step<std::optional<LineChanges>> place_first(const std::string& temporary);
  [[nodiscard]] Step<LineChanges> read_displaced(const std::string& temporary, Version& old);
  void remember(const std::string& temporary, Version old);
  [[nodiscard]] bool put_back(const Version& original);

  files::Directory& directory_;
  std::string name_;
  std::string path_;
  StrictModes modes_;
  crypto::Random& random_;

  bool changed_ = false;
  files::Status placed_;                  ///< what we put under the name
  std::optional<Version> original_;       ///< what was there before the first swap
  std::string original_name_;             ///< where it is now; empty: nowhere
  std::vector<std::string> temporaries_;  ///< versions of ours that were displaced again
};

}  // namespace latchkey::keyfile
