// SPDX-License-Identifier: MIT
#pragma once

#include "hal/fido/libfido2/conversation.hpp"
#include "hal/fido/security_keys.hpp"

namespace latchkey::fido {

/// SecurityKey::owns().
[[nodiscard]] Attempt<bool> owns_handle(Conversation& key, const KeyInfo& info,
                                        const std::string& application, ByteView handle,
                                        const Pin* pin);

struct SignRequest {
  const std::string& application;
  ByteView handle;
  ByteView message;
  bool verify = false;
};
/// SecurityKey::sign(). Whether the key owns the handle is asked before a touch or a PIN, as far as
/// a key tells without.
[[nodiscard]] Attempt<Assertion> sign_message(Conversation& key, const KeyInfo& info,
                                              const SignRequest& request, const Pin* pin);

}  // namespace latchkey::fido
