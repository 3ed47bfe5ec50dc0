// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>

#include "core/crypto/random.hpp"
#include "core/time.hpp"
#include "firmware/keyfile/outcome.hpp"
#include "hal/files/key_files.hpp"

/// The files that the writer makes beside authorized_keys: ".latchkey-" and 32 hexadecimal digits.
namespace latchkey::keyfile {

/// A crash leaves one of these behind. Older ones are cleaned.
inline constexpr std::chrono::minutes kStaleAge{10};

[[nodiscard]] bool is_temporary_name(const std::string& name);

/// A new file with this content in `directory`, with the attributes of `model` where there is
/// one, on the disk. Returns its name; removed again when anything fails.
[[nodiscard]] Step<std::string> make_temporary(files::Directory& directory, crypto::Random& random,
                                               ByteView content, files::File* model);

/// Removes what a crash left: names of ours, plain files of `user`, older than kStaleAge. Nobody
/// else may be writing in `directory` (it is locked). What cannot be removed stays.
void remove_stale(files::Directory& directory, std::uint32_t user, WallTime now);

}  // namespace latchkey::keyfile
