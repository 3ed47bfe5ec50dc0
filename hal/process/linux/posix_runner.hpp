// SPDX-License-Identifier: MIT
#pragma once

#include "hal/process/runner.hpp"

namespace latchkey::process {

/// fork and exec. The program gets its three streams and whatever else is open without
/// O_CLOEXEC; everything of ours is opened with it. A program that runs past its deadline is
/// killed with its process group, unless it shares our terminal.
class PosixRunner final : public Runner {
 public:
  [[nodiscard]] Result<Finished> run(const Command& command) override;
};

}  // namespace latchkey::process
