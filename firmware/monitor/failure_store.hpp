// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "core/error.hpp"

namespace latchkey::monitor {

/// What must survive a power cut about guesses gone wrong (rule 5 of the pairing window).
struct Failures {
  int windows = 0;      ///< failed windows that may still count
  bool locked = false;  ///< a lock was running
  friend bool operator==(const Failures&, const Failures&) = default;
};

/// One small file, replaced as a whole.
class FailureStore final {
 public:
  explicit FailureStore(std::string path) : path_(std::move(path)) {}

  /// No file: no failures. A file that cannot be understood: locked, since somebody may have
  /// wanted the counter gone.
  [[nodiscard]] Failures load() const;
  /// Returns when the disk has it.
  [[nodiscard]] Result<void> save(const Failures& failures) const;

 private:
  std::string path_;
};

}  // namespace latchkey::monitor
