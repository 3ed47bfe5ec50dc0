// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "hal/process/runner.hpp"

namespace latchkey::keyfile {

/// A new host key in a private temporary folder, for `sshd -T`, which wants one although it
/// only prints its settings. Gone at the end of its life.
class ThrowawayKey final {
 public:
  /// Runs ssh-keygen. Errc::outside with its words when it fails.
  [[nodiscard]] static Result<ThrowawayKey> make(process::Runner& runner);
  ~ThrowawayKey();
  ThrowawayKey(ThrowawayKey&& other) noexcept;
  ThrowawayKey& operator=(ThrowawayKey&& other) noexcept;
  ThrowawayKey(const ThrowawayKey&) = delete;
  ThrowawayKey& operator=(const ThrowawayKey&) = delete;

  [[nodiscard]] std::string path() const { return folder_ + "/host_key"; }

 private:
  explicit ThrowawayKey(std::string folder) noexcept : folder_(std::move(folder)) {}
  std::string folder_;  ///< empty: moved from
};

}  // namespace latchkey::keyfile
