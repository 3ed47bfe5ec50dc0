// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "host/local_keys.hpp"

namespace latchkey::host {

/// What the files of a key on a security key tell besides the key.
struct SkKeyFacts {
  std::string application;            ///< "ssh:"
  std::optional<std::uint8_t> flags;  ///< ssh::sk_flag; nullopt: behind a passphrase, or no file
  std::string claim;                  ///< claim_of() what is kept; empty: nothing is

  /// Of a key that is not on a security key: nothing.
  [[nodiscard]] static SkKeyFacts of(const LocalKey& key);

  [[nodiscard]] bool resident() const noexcept;
  [[nodiscard]] bool verifies() const noexcept;     ///< each use wants a PIN or a finger
  [[nodiscard]] bool needs_touch() const noexcept;  ///< true where it is not known
  /// "ssh:, resident, PIN or finger at each use, attestation kept of Model X (unproved)"
  [[nodiscard]] std::string text() const;
};

}  // namespace latchkey::host
