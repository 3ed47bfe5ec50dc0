// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "hal/fido/sim/middleware/options.hpp"
#include "hal/fido/sim/middleware/response.hpp"

namespace latchkey::fido::sim {

/// The resident credentials of applications that start with "ssh:", whatever else the key holds.
/// None, and no error, where the key cannot list them.
[[nodiscard]] SkResult<std::vector<Response<SkResidentKey>>> resident_keys(const char* pin,
                                                                           const Options& options);

}  // namespace latchkey::fido::sim
