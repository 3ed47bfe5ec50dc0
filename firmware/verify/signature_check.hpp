// SPDX-License-Identifier: MIT
#pragma once

#include "core/ssh/sshsig.hpp"
#include "hal/process/runner.hpp"

namespace latchkey::verify {

/// Asks the system's own `ssh-keygen -Y verify` whether `signature` (the binary SSHSIG) is
/// `key`'s over `message` in the namespace `name_space`. No file is written: what ssh-keygen
/// reads lies in memory that it finds below /proc/self/fd. Blocks while it runs.
///
/// Errc::unauthenticated when the signature does not hold; Errc::outside when ssh-keygen could not
/// work (ended by a signal), Errc::not_found when it is not installed, or the errno of what failed.
[[nodiscard]] Result<void> check_signature(process::Runner& runner, const ssh::PublicKey& key,
                                           ByteView signature, std::string_view name_space,
                                           ByteView message);

}  // namespace latchkey::verify
