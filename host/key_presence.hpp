// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "host/context.hpp"
#include "host/local_keys.hpp"

namespace latchkey::host {

/// Sets `away` of each: true where it is known that its security key is not plugged in here. Opens
/// what is plugged in and asks silently, without a touch; where no key is on a security key,
/// nothing is opened. Whatever may be here is not away: a security key that does not tell without a
/// PIN or cannot be opened, a file behind a passphrase, a key of the agent, which may be elsewhere,
/// and all keys with a `provider` of their own (SshConfig::security_key_provider).
void look_for_security_keys(std::vector<LocalKey>& keys, const std::string& provider,
                            const Context& context);

}  // namespace latchkey::host
