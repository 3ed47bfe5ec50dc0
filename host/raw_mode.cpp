// SPDX-License-Identifier: MIT
#include "host/raw_mode.hpp"

#include <cerrno>

namespace latchkey::host {
namespace {

bool set(int terminal, const termios& wanted) noexcept {
  for (;;) {
    if (::tcsetattr(terminal, TCSADRAIN, &wanted) == 0) return true;
    if (errno != EINTR) return false;
  }
}

}  // namespace

RawMode::RawMode(int terminal) noexcept : terminal_(terminal) {
  if (::tcgetattr(terminal_, &before_) != 0) {
    failed_ = errno != ENOTTY;
    return;
  }
  termios raw = before_;
  // Without signals Ctrl-C arrives as a key: then the terminal is put back before we end.
  raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO | ISIG);
  raw.c_cc[VMIN] = 1;
  raw.c_cc[VTIME] = 0;
  changed_ = set(terminal_, raw);
  failed_ = !changed_;
}

RawMode::~RawMode() {
  if (changed_) (void)set(terminal_, before_);
}

}  // namespace latchkey::host
