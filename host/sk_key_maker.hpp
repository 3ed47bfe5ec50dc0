// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "hal/fido/security_keys.hpp"
#include "host/context.hpp"

/// SSH keys on a security key: making them. host/sk_key_file.hpp saves them.
namespace latchkey::host {

/// What to make.
struct SkKeyWanted {
  std::optional<fido::Algorithm> algorithm;  ///< nullopt: Ed25519, or ECDSA if it must be
  std::string application = "ssh:";
  std::string user;        ///< of a resident one
  bool resident = false;   ///< on the security key itself
  bool verify = false;     ///< each use wants a PIN or a finger
  bool touch = true;       ///< each use wants a touch; false: latchkey's Pis refuse it
  bool overwrite = false;  ///< the resident one of this application and user, if there is one
  Bytes challenge;         ///< from whom the attestation shall convince; 16 to 256 bytes
};

/// 32 random bytes, where nobody gave a challenge. Reason::internal.
[[nodiscard]] Attempt<Bytes> make_challenge(crypto::Random& random);

/// "id_ed25519_sk", "id_ecdsa_sk": what OpenSSH calls its file.
[[nodiscard]] std::string default_name(fido::Algorithm algorithm);
[[nodiscard]] fido::Algorithm algorithm_of(const ssh::PublicKey& key) noexcept;

/// Asked before anything is made: whether a key of this algorithm can be saved. May be empty.
using Saveable = std::function<Attempt<>(fido::Algorithm)>;

/// Makes a key on a security key. Says first what is going to be asked, asks for the PIN where one
/// is needed, and blocks for the touch. Ed25519 becomes ECDSA on its own where the key cannot and
/// nobody named the algorithm. The flags in what comes back are those for the private file. Once it
/// has come back it exists: save it, or tell what is lost. Reason::cancelled, needs_terminal, those
/// of `saveable`, and all that key_failure() says.
[[nodiscard]] Attempt<fido::MadeKey> make_sk_key(const SkKeyWanted& wanted, fido::SecurityKey& key,
                                                 const Context& context,
                                                 const Saveable& saveable = {});

}  // namespace latchkey::host
