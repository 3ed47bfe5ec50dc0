// SPDX-License-Identifier: MIT
#pragma once

#include <termios.h>

namespace latchkey::host {

/// Keys as they are pressed, without echo, Ctrl-C included, for as long as this lives. Where the
/// descriptor is no terminal it does nothing.
class RawMode final {
 public:
  explicit RawMode(int terminal) noexcept;
  ~RawMode();
  RawMode(const RawMode&) = delete;
  RawMode& operator=(const RawMode&) = delete;
  RawMode(RawMode&&) = delete;
  RawMode& operator=(RawMode&&) = delete;

  /// It is a terminal, or was one, and shows what is typed all the same.
  [[nodiscard]] bool failed() const noexcept { return failed_; }

 private:
  int terminal_;
  bool changed_ = false;
  bool failed_ = false;
  termios before_{};
};

}  // namespace latchkey::host
