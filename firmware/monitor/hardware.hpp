// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "firmware/config/config.hpp"
#include "firmware/roles/verify_messages.hpp"

/// What hardware a key lies on, as far as verify could tell: what policy says of it, and the words
/// for people and for the log.
namespace latchkey::monitor {

/// Whether keys of this SSH name live on security keys.
[[nodiscard]] bool is_security_key(std::string_view key_type);

/// Why the key's hardware is refused: a code and a sentence.
struct HardwareRefusal {
  channel::ResultCode code = channel::ResultCode::not_attested;
  std::string text;
};
/// nullopt: policy has nothing against it. `vouched`: an administrator says that a security key
/// is one (nothing is attested then); nobody can say that of a key in a file.
[[nodiscard]] std::optional<HardwareRefusal> refuse_hardware(const config::Policy& policy,
                                                             const roles::KeyVerdict& key,
                                                             bool vouched);

/// "Yubico U2F EE Serial 239257348, attested by Yubico U2F Root CA Serial 457200631"; empty where
/// nothing is proved.
[[nodiscard]] std::string describe_hardware(const roles::KeyVerdict& key);

/// Why the attestation of a security key does not do as a proof, for whoever is asked to touch it
/// once more: "the key came without an attestation".
[[nodiscard]] std::string why_signature(const roles::KeyVerdict& key);

/// Fields of the audit log; none for keys in files. root, model and aaguid are there only where
/// they are proved.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> hardware_fields(
    const roles::KeyVerdict& key);

}  // namespace latchkey::monitor
