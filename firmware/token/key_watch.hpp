// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <vector>

#include "hal/fido/security_keys.hpp"

namespace latchkey::token {

/// What has changed between two looks.
enum class Change : std::uint8_t {
  left,     ///< the key that was there
  arrived,  ///< a key, alone
  second,   ///< more than one is there now, whoever came first
};

/// Which security key is plugged in, told from one list after the other. A key is its node and its
/// name together: a node that goes by another name is another key, which came too fast to be missed
/// in between.
class KeyWatch final {
 public:
  /// In the order in which they are to be told.
  [[nodiscard]] std::vector<Change> see(const std::vector<fido::PluggedKey>& list);

  /// The key that arrived and has not left.
  [[nodiscard]] const std::optional<fido::PluggedKey>& key() const noexcept { return key_; }
  [[nodiscard]] bool crowded() const noexcept { return crowded_; }

 private:
  std::optional<fido::PluggedKey> key_;
  bool crowded_ = false;
};

}  // namespace latchkey::token
