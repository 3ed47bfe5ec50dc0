// SPDX-License-Identifier: MIT
#pragma once

#include "host/context.hpp"
#include "host/exit_codes.hpp"
#include "host/options.hpp"

/// The subcommands. Each does all of its talking itself and returns what to exit with.
namespace latchkey::host {

[[nodiscard]] ExitCode enroll(const EnrollOptions& options, const Context& context);
[[nodiscard]] ExitCode keygen(const KeygenOptions& options, const Context& context);
[[nodiscard]] ExitCode keys(const KeysOptions& options, const Context& context);
/// --resident: keys that are on the security key itself; else adopt_from_pi().
[[nodiscard]] ExitCode adopt(const AdoptOptions& options, const Context& context);
/// The private file of a key that was made in a Pi, while its window is open.
[[nodiscard]] ExitCode adopt_from_pi(const AdoptOptions& options, const Context& context);
[[nodiscard]] ExitCode agent_add(const AgentOptions& options, const Context& context);

}  // namespace latchkey::host
