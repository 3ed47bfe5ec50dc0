// SPDX-License-Identifier: MIT
#include "host/interrupt.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

namespace latchkey::host {

Interrupt::Interrupt() noexcept {
  sigset_t ours{};
  ::sigemptyset(&ours);
  ::sigaddset(&ours, SIGINT);
  ::pthread_sigmask(SIG_BLOCK, &ours, &before_);
  signal_ = hal::Descriptor(::signalfd(-1, &ours, SFD_CLOEXEC | SFD_NONBLOCK));
}

Interrupt::~Interrupt() {
  // Left pending it would end the program as soon as it may.
  signalfd_siginfo seen{};
  while (signal_.open() && ::read(signal_.number(), &seen, sizeof seen) > 0) {
  }
  ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

bool Interrupt::came(int milliseconds) const noexcept {
  pollfd polled{signal_.number(), POLLIN, 0};
  return ::poll(&polled, 1, milliseconds) > 0;
}

OutliveInterrupt::OutliveInterrupt() noexcept {
  struct sigaction nothing {};
  // A function, not SIG_IGN, which the programs that we run would inherit.
  nothing.sa_handler = [](int) {};
  nothing.sa_flags = SA_RESTART;
  ::sigaction(SIGINT, &nothing, &before_);
}

OutliveInterrupt::~OutliveInterrupt() { ::sigaction(SIGINT, &before_, nullptr); }

}  // namespace latchkey::host
