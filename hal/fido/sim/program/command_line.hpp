// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <variant>

#include "hal/fido/sim/device/model.hpp"
#include "hal/fido/sim/device/person.hpp"

namespace latchkey::fido::sim {

/// What the command line asks for.
struct CommandLine {
  std::string directory;
  Model model;
  Reply touch = Reply::never;
  bool unplugged = false;
  bool uhid = false;
  std::string hidg;  ///< empty: none
  std::string udc;
};

/// It, or the exit status of a program that ends here: --help and --version are printed,
/// and mistakes, on standard error.
[[nodiscard]] std::variant<CommandLine, int> parse_command_line(int argc, char** argv);

}  // namespace latchkey::fido::sim
