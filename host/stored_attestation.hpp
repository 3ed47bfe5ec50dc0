// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>

#include "core/attest/record.hpp"

/// What is kept beside the file of a key on a security key: the attestation, in OpenSSH's format,
/// and the challenge that it was made over. docs/reference/files.md
namespace latchkey::host {

[[nodiscard]] std::string attestation_file_of(const std::string& private_file);  ///< .attestation
[[nodiscard]] std::string challenge_file_of(const std::string& private_file);    ///< .challenge

/// Reads both, for an offer. nullopt: one is missing. Only the leaf certificate is kept in the
/// file. Errc::malformed and the like where they are there and cannot be used; whether it holds for
/// `key` is not judged.
[[nodiscard]] Result<std::optional<attest::Record>> read_stored_attestation(
    const std::string& private_file, const ssh::PublicKey& key);

/// What it comes to without any root, to stand behind "attestation kept ": "of Yubico U2F EE Serial
/// 239257348 (unproved)", "that does not hold for this key". Printable.
[[nodiscard]] std::string claim_of(const attest::Record& record, const ssh::PublicKey& key);

}  // namespace latchkey::host
