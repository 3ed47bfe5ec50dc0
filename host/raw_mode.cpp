// SPDX-License-Identifier: MIT
#include "host/raw_mode.hpp"

namespace latchkey::host {

RawMode::RawMode(int terminal) noexcept : terminal_(terminal) {
  if (::tcgetattr(terminal_, &before_) != 0) return;
  termios raw = before_;
  // Without signals Ctrl-C arrives as a key: then the terminal is put back before we end.
  raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO | ISIG);
  raw.c_cc[VMIN] = 1;
  raw.c_cc[VTIME] = 0;
  changed_ = ::tcsetattr(terminal_, TCSADRAIN, &raw) == 0;
}

RawMode::~RawMode() {
  if (changed_) ::tcsetattr(terminal_, TCSADRAIN, &before_);
}

}  // namespace latchkey::host
