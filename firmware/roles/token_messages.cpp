// SPDX-License-Identifier: MIT
#include "firmware/roles/token_messages.hpp"

namespace latchkey::roles {

bool KeyHandleFields::assign(const channel::KeyHandle& from) noexcept {
  flags = from.flags;
  made = from.made.time_since_epoch().count();
  return key.assign(from.key) && handle.assign(from.handle) && account.assign(from.account) &&
         comment.assign(from.comment) && attestation.assign(from.attestation);
}

channel::KeyHandle KeyHandleFields::key_handle() const {
  channel::KeyHandle flat;
  flat.key = key.bytes();
  flat.handle = handle.bytes();
  flat.flags = flags;
  flat.account = account.str();
  flat.comment = comment.str();
  flat.attestation = attestation.bytes();
  flat.made = WallTime(std::chrono::seconds(made));
  return flat;
}

}  // namespace latchkey::roles
