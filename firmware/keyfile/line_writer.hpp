// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/crypto/random.hpp"
#include "core/ssh/key_options.hpp"
#include "core/time.hpp"
#include "firmware/keyfile/outcome.hpp"
#include "hal/files/key_files.hpp"

/// Adds one line to a user's authorized_keys, or takes it out again.
namespace latchkey::keyfile {

/// Whose file it is, and which.
struct Target {
  std::uint32_t user = 0;
  std::optional<std::uint32_t> private_group;  ///< holds nobody but the user, see safe_path.hpp
  std::string home;                            ///< absolute
  std::string path;                            ///< as sshd resolved it: absolute, below `home`
  std::vector<std::string> others;             ///< further files that sshd reads; never written
  bool strict_modes = true;                    ///< sshd's StrictModes
  bool allow_volatile = false;                 ///< write even where it would not survive a reboot
};

/// What the line is made of.
struct Line {
  Bytes key;  ///< blob; parsed again here, refused unless well formed
  std::string comment;
  ssh::LineOptions options;
  WallTime now;  ///< for expiry-time of lines that are there
  std::chrono::seconds utc_offset{};
};

/// Blocks on the disk, and at most a few seconds for a lock. The caller runs as the user.
///
/// add: old bytes stay as they are, one line is added, through a new file that is swapped in
/// whole; whatever another program appends meanwhile is carried over. When the answer is
/// `refused`, the file is as it was. The same key is never added twice, nor a line with options
/// loosened.
[[nodiscard]] Answer add(files::KeyFiles& key_files, crypto::Random& random, const Target& target,
                         const Line& line);

/// remove: takes out the line that add wrote for the same `line`, nothing else.
[[nodiscard]] Answer remove(files::KeyFiles& key_files, crypto::Random& random,
                            const Target& target, const Line& line);

}  // namespace latchkey::keyfile
