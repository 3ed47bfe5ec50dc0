// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>

#include "hal/fido/security_keys.hpp"
#include "host/context.hpp"
#include "host/interrupt.hpp"

namespace latchkey::host {

/// Which security key is meant.
struct KeyChoice {
  std::string device;       ///< its path, from --device; empty: whichever is plugged in
  Millis patience{60'000};  ///< for a key to be plugged in, and for the touch that chooses
  Millis look_again{250};   ///< between two looks
};

/// Opens the security key that is meant: the one at `device`; the only one; of several the one that
/// is touched. Where none is plugged in it says so and waits for one, if there is a terminal.
/// `interrupt` has to outlive the key: Ctrl-C ends whatever it waits for. Reason::cancelled,
/// no_security_key, and all that key_failure() says.
[[nodiscard]] Attempt<std::unique_ptr<fido::SecurityKey>> choose_security_key(
    const KeyChoice& choice, const Context& context, const Interrupt& interrupt);

}  // namespace latchkey::host
