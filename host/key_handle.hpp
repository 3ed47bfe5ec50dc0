// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "core/channel/token_messages.hpp"
#include "core/ssh/public_key.hpp"
#include "hal/fido/security_keys.hpp"
#include "host/context.hpp"
#include "host/local_keys.hpp"

/// Keys that were made on a security key in a Pi: what is needed to use them here.
namespace latchkey::host {

/// A handle as it came from a Pi, read.
struct HandedKey {
  ssh::PublicKey key;  ///< of a sk- type
  std::string fingerprint;
  channel::KeyHandle handle;
};

/// Reason::not_latchkey when it is no key on a security key that ssh would use: of an "ssh:"
/// application, with a touch, without flags that nobody knows.
[[nodiscard]] Attempt<HandedKey> read_handle(channel::KeyHandle handle);

/// Whether it is the key that was asked for: of that kind, application, and flags. One that was
/// there already is as it is, but for the application. Reason::not_latchkey.
[[nodiscard]] Attempt<> check_made(const HandedKey& handed, const channel::TokenRequest& asked);

/// Writes the private file, its public half, and the attestation where one came with it: to a free
/// name in ~/.ssh. What save_sk_key() knows.
[[nodiscard]] Attempt<LocalKey> save_handle(const HandedKey& handed, const Context& context);

/// Which of the handles a security key that is plugged in here owns: asked silently, without a
/// touch; the first in their order. Where one may deny what it owns (it verifies its user always,
/// or at each use of such a key), its PIN is asked for, if somebody can answer. nullopt: none of
/// them. `device`: that security key alone; empty: all. Ctrl-C: Reason::cancelled.
[[nodiscard]] Attempt<std::optional<std::size_t>> find_owned(const std::vector<HandedKey>& handed,
                                                             const std::string& device,
                                                             const Context& context);

/// The security key of this handle has to come here from the Pi: says so, and waits until it is
/// plugged in, or somebody presses Enter, or half a minute is over. Whether it came. One that may
/// deny what it owns is taken for it, unless it is among those `here` while it had to be in the Pi
/// and was not pulled out since.
[[nodiscard]] bool await_security_key(const HandedKey& handed, std::vector<fido::PluggedKey> here,
                                      const Context& context);

}  // namespace latchkey::host
