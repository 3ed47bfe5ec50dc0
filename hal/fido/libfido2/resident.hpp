// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "hal/fido/libfido2/conversation.hpp"
#include "hal/fido/security_keys.hpp"

namespace latchkey::fido {

/// SecurityKey::residents(). Those that SSH could not use are passed over: of another algorithm,
/// or of an application whose name the key has cut (CTAP 2.1 section 6.8.7).
[[nodiscard]] Attempt<std::vector<ResidentKey>> list_residents(Conversation& key,
                                                               const KeyInfo& info, const Pin& pin);
/// SecurityKey::remove_resident(). not_its_handle.
[[nodiscard]] Attempt<> delete_resident(Conversation& key, const KeyInfo& info, ByteView handle,
                                        const Pin& pin);

}  // namespace latchkey::fido
