// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

/// The folders that simulated keys are served in.
namespace latchkey::fido::sim {

/// The environment's word for them: DIR[:DIR…], as in PATH.
inline constexpr const char* kFoldersVariable = "LATCHKEY_SIMULATED_KEY";

/// The folders of such a list, in its order; empty ones are none.
[[nodiscard]] std::vector<std::string> split_folders(std::string_view list);

/// All folders directly below this one, by name; none where it cannot be read.
[[nodiscard]] std::vector<std::string> folders_below(const std::string& folder);

}  // namespace latchkey::fido::sim
