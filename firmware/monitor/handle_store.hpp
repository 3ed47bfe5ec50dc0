// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/channel/token_messages.hpp"
#include "core/error.hpp"

namespace latchkey::monitor {

/// The handles of keys that were made at the Pi, until a host has taken them home, for
/// `latchkey adopt`: one small file, read anew for each question and replaced as a whole. Nothing
/// in it is a secret. Every call blocks on the disk.
class HandleStore final {
 public:
  static constexpr std::size_t kMaxKept = 32;  ///< the oldest goes
  static constexpr std::size_t kMaxFile = std::size_t{1024} * 1024;
  /// Hears that the file could not be understood, and where it is kept now.
  using OnDamage = std::function<void(const Error&)>;

  explicit HandleStore(std::string path, OnDamage on_damage = nullptr)
      : path_(std::move(path)), on_damage_(std::move(on_damage)) {}

  /// The latest first. No file: none. A damaged one is moved to "….damaged" (over the one before)
  /// and reported, and counts as empty: what is lost is a convenience. Errors: the errno of what
  /// failed; then nothing was touched.
  [[nodiscard]] Result<std::vector<channel::KeyHandle>> load() const;
  /// Returns when the disk has it. Of one key one handle is kept. Errc::refused for fields that
  /// would not be read again (too large, unprintable).
  [[nodiscard]] Result<void> keep(const channel::KeyHandle& handle) const;
  /// Forgets those of which `unwanted` is true; returns how many. Then the disk has it.
  [[nodiscard]] Result<std::size_t> drop(
      const std::function<bool(const channel::KeyHandle&)>& unwanted) const;

 private:
  [[nodiscard]] Result<void> save(const std::vector<channel::KeyHandle>& handles) const;

  std::string path_;
  OnDamage on_damage_;
};

}  // namespace latchkey::monitor
