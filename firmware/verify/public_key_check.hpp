// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include "core/ssh/public_key.hpp"
#include "firmware/roles/verify_messages.hpp"

/// What latchkey-verify finds out about a key, as values: nothing here reads a clock or a file.
namespace latchkey::verify {

/// Whether a key may be enrolled at all: its blob is exact and its kind is strong enough. The
/// code is `added` when it may; then and otherwise the fields are filled as far as they are known.
[[nodiscard]] roles::KeyVerdict check_blob(ByteView blob, std::string_view comment);

/// The same for the line of a .pub file. Nothing has to be proved: root vouches for it.
[[nodiscard]] roles::KeyVerdict check_line(const roles::LineQuestion& question);

/// "RSA key of 3072 bits", "Ed25519 security key": what a person calls it.
[[nodiscard]] std::string describe(const ssh::PublicKey& key);

}  // namespace latchkey::verify
