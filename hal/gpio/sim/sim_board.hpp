// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>

#include "hal/clock/clock.hpp"
#include "hal/gpio/button.hpp"
#include "hal/gpio/status_led.hpp"

namespace latchkey::gpio {

/// A board whose button is pressed and whose LED is watched through the Unix socket
/// DIRECTORY/board.sock; docs/reference/simulated-board.md has its language. One thread, nothing
/// blocks, no system call while nobody says anything.
///
/// The button's descriptor stands for the whole board (it is an epoll descriptor): next_edge()
/// also accepts connections, answers them and ends taps. Whoever waits for the button therefore
/// keeps the board alive, and needs to know nothing else.
class SimBoard final {
 public:
  /// `clock` stamps the edges; `alarm`, used by nobody else, ends taps and holds. Both must
  /// outlive the board. Errors: those of hal::LineServer::open().
  [[nodiscard]] static Result<SimBoard> open(const std::string& directory,
                                             const clock::Clock& clock, clock::Alarm& alarm);
  ~SimBoard();
  SimBoard(SimBoard&&) noexcept;
  SimBoard& operator=(SimBoard&&) noexcept;
  SimBoard(const SimBoard&) = delete;
  SimBoard& operator=(const SimBoard&) = delete;

  [[nodiscard]] Button& button() noexcept;  ///< valid as long as the board, moves included
  [[nodiscard]] StatusLed& led() noexcept;  ///< the same; off at the start
  [[nodiscard]] const std::string& socket_path() const noexcept;

 private:
  class Core;
  explicit SimBoard(std::unique_ptr<Core> core) noexcept;
  std::unique_ptr<Core> core_;
};

}  // namespace latchkey::gpio
