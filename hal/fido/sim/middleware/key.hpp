// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include "hal/fido/libfido2/device.hpp"
#include "hal/fido/sim/middleware/options.hpp"

namespace latchkey::fido::sim {

/// Longer than a key waits for a touch. A U2F key waits for ever, and a test must end.
inline constexpr Millis kPatience = std::chrono::seconds(60);

/// The key that the option `device`, or else LATCHKEY_SIMULATED_KEY, names by the folder of its
/// latchkey-simulated-key; of several folders (DIR:DIR) the first where one answers.
/// SkError::device_not_found, with the reason on stderr.
[[nodiscard]] SkResult<Device> open_key(const Options& options);

/// An option of getInfo ("uv", "rk", …); nullopt: the key does not know it, as no U2F key does.
[[nodiscard]] SkResult<std::optional<bool>> key_option(fido_dev_t* device, const char* name);

/// Null for the empty PIN, which is none.
[[nodiscard]] const char* given_pin(const char* pin);

}  // namespace latchkey::fido::sim
