// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <optional>
#include <string>

#include "hal/fido/sim/middleware/sk_error.hpp"

namespace latchkey::fido::sim {

/// What `-O device=…` and `-O user=…` of ssh-keygen come to (PROTOCOL.u2f).
struct Options {
  std::optional<std::string> device;  ///< the folder of a latchkey-simulated-key
  /// OpenSSH's: the name, filled up with zeros; all zeros where none is given.
  std::array<std::uint8_t, 32> user_id{};
};

/// `options`: ended by a null pointer; may be null itself. Unknown ones are left alone unless they
/// are required. `user` is unknown unless `takes_user`.
[[nodiscard]] SkResult<Options> read_options(const SkOption* const* options, bool takes_user);

}  // namespace latchkey::fido::sim
