// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "core/pairing/window.hpp"

/// A tour of the pairing window: states worth looking at, each reached by events alone, and every
/// event. The golden table and the pages of the reference are made of state × event.
namespace latchkey::tour {

struct Stop {
  std::string name;     ///< "guess_spent, last code"
  std::string remarks;  ///< how it differs from the plain state of its phase; empty: it is that
  pairing::Policy policy;
  pairing::State state;
};
[[nodiscard]] const std::vector<Stop>& stops();

struct Happening {
  std::string name;  ///< "write_succeeded, already there"
  pairing::EventBody body;
};
[[nodiscard]] const std::vector<Happening>& happenings();

/// What happens at a stop: TimePassed at its deadline, or when the whole window's time is over
/// before it; everything else 1 s after the stop.
[[nodiscard]] pairing::Step visit(const Stop& stop, const Happening& happening);

}  // namespace latchkey::tour
