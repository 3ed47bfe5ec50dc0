// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include "hal/files/key_files.hpp"
#include "hal/files/sim/file_faults.hpp"

namespace latchkey::files {

/// Real files behind which anything may go wrong: passes every call on, after asking FileFaults.
/// An errno of EOPNOTSUPP for exchange and wait_for_writers reads as Errc::unsupported, ETIMEDOUT
/// for lock and wait_for_writers as Errc::timed_out, as the real one has it.
class SimKeyFiles final : public KeyFiles {
 public:
  /// Both must outlive this and all that it opens. `storage`, if given, is what every directory
  /// says it is on.
  SimKeyFiles(KeyFiles& real, FileFaults& faults, std::optional<Storage> storage = {})
      : real_(real), faults_(faults), storage_(storage) {}

  [[nodiscard]] Result<std::unique_ptr<Directory>> open_home(const std::string& path) override;

 private:
  KeyFiles& real_;
  FileFaults& faults_;
  std::optional<Storage> storage_;
};

}  // namespace latchkey::files
