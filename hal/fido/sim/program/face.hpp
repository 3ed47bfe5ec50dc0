// SPDX-License-Identifier: MIT
#pragma once

#include <poll.h>

#include <vector>

#include "core/error.hpp"
#include "hal/fido/sim/ctaphid/report.hpp"

namespace latchkey::fido::sim {

/// How hosts see the key. Every face carries the same reports, as several openings of one hidraw
/// node do: what the key says reaches all of them, and clients tell their answers by the channel.
class Face {
 public:
  virtual ~Face() = default;

  /// The key appears to hosts. On an error it does not.
  [[nodiscard]] virtual Result<void> plug() = 0;
  /// It disappears; what was not delivered is lost. Harmless when it is not there.
  virtual void unplug() = 0;

  /// Adds what poll(2) has to wait for before serve() has something to do.
  virtual void watch(std::vector<pollfd>& polled) const = 0;
  /// Sends what waited, and returns what hosts have sent, at most kMaxReportsAtOnce from each.
  /// Never blocks. An error means that the key is there no more.
  [[nodiscard]] virtual Result<std::vector<Report>> serve() = 0;
  /// A report for the hosts. Never blocks: who does not read misses the newest.
  virtual void give(const Report& report) = 0;
};

inline constexpr std::size_t kMaxReportsAtOnce = 64;

}  // namespace latchkey::fido::sim
