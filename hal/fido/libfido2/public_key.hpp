// SPDX-License-Identifier: MIT
#pragma once

#include <fido.h>

#include <optional>
#include <string_view>

#include "core/ssh/public_key.hpp"

namespace latchkey::fido {

/// The public key of a credential, as SSH has it. nullopt: of another algorithm than the two, or no
/// key of its algorithm.
[[nodiscard]] std::optional<ssh::PublicKey> read_public_key(const fido_cred_t& cred,
                                                            std::string_view application);

}  // namespace latchkey::fido
