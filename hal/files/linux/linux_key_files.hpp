// SPDX-License-Identifier: MIT
#pragma once

#include "hal/files/key_files.hpp"

namespace latchkey::files {

/// The real one: openat2 with RESOLVE_BENEATH, NO_SYMLINKS and NO_MAGICLINKS below an O_PATH
/// handle of the home. Needs Linux 5.6.
class LinuxKeyFiles final : public KeyFiles {
 public:
  [[nodiscard]] Result<std::unique_ptr<Directory>> open_home(const std::string& path) override;
};

}  // namespace latchkey::files
