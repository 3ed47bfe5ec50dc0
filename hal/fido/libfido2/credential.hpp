// SPDX-License-Identifier: MIT
#pragma once

#include "hal/fido/libfido2/conversation.hpp"
#include "hal/fido/security_keys.hpp"

namespace latchkey::fido {

/// SecurityKey::make(). What can be known to be impossible is said before the key is asked.
[[nodiscard]] Attempt<MadeKey> make_credential(Conversation& key, const KeyInfo& info,
                                               const MakeRequest& request, const Pin* pin);

}  // namespace latchkey::fido
