// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "hal/fido/security_keys.hpp"
#include "host/context.hpp"

/// SSH keys that are on a security key itself.
namespace latchkey::host {

/// Those of one security key, with the PIN that was typed to see them.
struct ResidentKeys {
  fido::Pin pin;
  std::vector<fido::ResidentKey> keys;
};

/// Asks for the PIN, unless the key says that it can hold none. Reason::needs_terminal, cancelled,
/// and all that key_failure() says.
[[nodiscard]] Attempt<ResidentKeys> read_resident_keys(fido::SecurityKey& key,
                                                       const Context& context);

/// "id_ed25519_sk_rk_pi_sam" for application "ssh:pi" and user "sam": the name that ssh-keygen -K
/// gives it. Characters that have no business in a file's name become '_'.
[[nodiscard]] std::string resident_file_name(const fido::ResidentKey& resident);

/// "ssh:pi, user sam, PIN or finger at each use"
[[nodiscard]] std::string describe(const fido::ResidentKey& resident);

}  // namespace latchkey::host
