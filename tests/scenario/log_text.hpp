// SPDX-License-Identifier: MIT
#pragma once

#include <fstream>
#include <iterator>
#include <string>

#include "tests/scenario/monitor_world.hpp"

namespace latchkey::scenario {

/// The whole audit log of a world.
inline std::string log_text(const MonitorWorld& world) {
  std::ifstream file(world.folder / "log.jsonl");
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace latchkey::scenario
