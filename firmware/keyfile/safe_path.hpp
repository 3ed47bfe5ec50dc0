// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "firmware/keyfile/outcome.hpp"
#include "hal/files/key_files.hpp"

/// sshd's StrictModes (OpenSSH misc.c, safe_path): the file, and each directory from it up to
/// the home, must belong to root or the user and be writable by nobody else. Debian's sshd
/// lets a group write that holds nobody but the user.
namespace latchkey::keyfile {

struct StrictModes {
  bool enforced = true;
  std::uint32_t user = 0;
  std::optional<std::uint32_t> private_group;

  /// Reason::sshd_would_refuse with the line sshd would log and how to mend it.
  [[nodiscard]] Step<> check_directory(const files::Status& status, const std::string& path) const;
  [[nodiscard]] Step<> check_file(const files::Status& status, const std::string& path) const;

 private:
  [[nodiscard]] Step<> check(const files::Status& status, const std::string& what,
                             const std::string& path) const;
};

}  // namespace latchkey::keyfile
