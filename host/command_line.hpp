// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <variant>

#include "host/options.hpp"

namespace latchkey::host {

/// What the command line asks for.
struct TextWanted {
  std::string text;  ///< of --help or --version
};
struct UsageError {
  std::string text;
};
using Request = std::variant<EnrollOptions, KeygenOptions, KeysOptions, AdoptOptions, AgentOptions,
                             TextWanted, UsageError>;

/// Reads argv. No secret is ever an argument: other users see the arguments of every program.
[[nodiscard]] Request parse_command_line(int argc, const char* const* argv,
                                         const std::string& version);

}  // namespace latchkey::host
