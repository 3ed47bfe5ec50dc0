// SPDX-License-Identifier: MIT
// A simulated board in real time, for tests in other languages: its LED follows its button. Makes
// ARGV[1]/board.sock, says "ready", and ends with its standard input.
#include <poll.h>

#include <array>
#include <cstdio>

#include "hal/clock/linux/boottime_clock.hpp"
#include "hal/clock/linux/timerfd_alarm.hpp"
#include "hal/gpio/sim/sim_board.hpp"

using namespace latchkey;

int main(int argc, char** argv) {
  if (argc != 2) return 64;
  const clock::BoottimeClock clock;
  auto alarm = clock::TimerfdAlarm::open();
  if (!alarm) return 71;
  auto board = gpio::SimBoard::open(argv[1], clock, *alarm);
  if (!board) {
    std::fprintf(stderr, "%s\n", board.error().message().c_str());
    return 73;
  }
  std::puts("ready");
  std::fflush(stdout);
  std::array<pollfd, 2> polled{{{board->button().descriptor(), POLLIN, 0}, {0, POLLIN, 0}}};
  while (polled[1].revents == 0) {
    if (::poll(polled.data(), polled.size(), -1) < 0) return 71;
    for (;;) {
      const auto edge = board->button().next_edge();
      if (!edge) return 71;
      if (!*edge) break;
      if (!board->led().set((*edge)->pressed)) return 71;
    }
  }
  return 0;
}
