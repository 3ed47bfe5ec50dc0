// SPDX-License-Identifier: MIT
#pragma once

#include "hal/fido/key_info.hpp"
#include "hal/fido/libfido2/conversation.hpp"

namespace latchkey::fido {

/// Asks the key what it can (getInfo). A U2F key is not asked: it cannot tell. Whatever it claims,
/// the answer is bounded and printable.
[[nodiscard]] Attempt<KeyInfo> ask_info(Conversation& key);

}  // namespace latchkey::fido
