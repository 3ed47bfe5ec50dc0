// SPDX-License-Identifier: MIT
#pragma once

#include <csignal>

#include "hal/descriptor.hpp"

namespace latchkey::host {

/// Ctrl-C as a descriptor, for as long as this lives: instead of ending the program it makes the
/// descriptor readable, so that a security key stops blinking before we leave. A Ctrl-C that nobody
/// looked at is forgotten at the end: what was made by then is saved first.
///
/// No program that talks to the person may be run meanwhile: it would not hear Ctrl-C either.
class Interrupt final {
 public:
  Interrupt() noexcept;
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;
  Interrupt(Interrupt&&) = delete;
  Interrupt& operator=(Interrupt&&) = delete;

  /// Stays readable once Ctrl-C came; -1 where the system has none to give.
  [[nodiscard]] int descriptor() const noexcept { return signal_.number(); }
  /// Waits at most so many milliseconds for Ctrl-C; whether it came, now or before.
  [[nodiscard]] bool came(int milliseconds = 0) const noexcept;

 private:
  sigset_t before_{};
  hal::Descriptor signal_;
};

/// Ctrl-C does nothing to this program for as long as this lives, and still ends the programs that
/// it runs: what was made on a security key is saved first, whatever ssh-keygen is asking.
class OutliveInterrupt final {
 public:
  OutliveInterrupt() noexcept;
  ~OutliveInterrupt();
  OutliveInterrupt(const OutliveInterrupt&) = delete;
  OutliveInterrupt& operator=(const OutliveInterrupt&) = delete;
  OutliveInterrupt(OutliveInterrupt&&) = delete;
  OutliveInterrupt& operator=(OutliveInterrupt&&) = delete;

 private:
  struct sigaction before_ {};
};

}  // namespace latchkey::host
