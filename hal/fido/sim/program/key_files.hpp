// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>

#include "hal/fido/sim/device/state.hpp"

namespace latchkey::fido::sim {

/// What a simulated key leaves in its folder: key.json (all of it, private keys in the clear),
/// attestation-root.pem and attestation-intermediate.pem. One program at a time, which the control
/// socket sees to.
class KeyFiles final {
 public:
  explicit KeyFiles(std::string directory) : directory_(std::move(directory)) {}

  /// nullopt: there is none yet. Errc::malformed, too_large: it is damaged; or the errno.
  [[nodiscard]] Result<std::optional<State>> load() const;
  /// Mode 0600, in one step: a program that is killed leaves the old state or the new one. Not
  /// synced to the disk: a test tool need not survive the machine.
  [[nodiscard]] Result<void> save(const State& state) const;
  [[nodiscard]] Result<void> save_attestation(const State& state) const;

 private:
  [[nodiscard]] std::string file(const char* name) const { return directory_ + "/" + name; }

  std::string directory_;
};

}  // namespace latchkey::fido::sim
