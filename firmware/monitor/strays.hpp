// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>
#include <cstddef>
#include <vector>

#include "firmware/monitor/event_loop.hpp"

namespace latchkey::monitor {

/// Children that were killed and have not ended yet. Each is collected when it has, so that it does
/// not stay behind as a zombie; nobody waits for that, and while there is none nothing is done.
class Strays final {
 public:
  /// `loop` must outlive this. `pause`: from one look to the next.
  explicit Strays(EventLoop& loop, Millis pause = Millis{1'000}) : loop_(loop), pause_(pause) {}

  void adopt(pid_t child);
  [[nodiscard]] std::size_t count() const noexcept { return children_.size(); }

 private:
  void look_later();

  EventLoop& loop_;
  Millis pause_;
  std::vector<pid_t> children_;
  EventLoop::Watch watch_;
};

}  // namespace latchkey::monitor
