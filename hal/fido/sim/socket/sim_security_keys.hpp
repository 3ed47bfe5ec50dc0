// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "hal/clock/clock.hpp"
#include "hal/fido/libfido2/conversation.hpp"
#include "hal/fido/security_keys.hpp"

namespace latchkey::fido::sim {

/// Simulated security keys that other processes serve (latchkey-simulated-key DIR): one is plugged
/// in while DIR/hid.sock accepts a connection. Their paths are "simulated:DIR". The real libfido2
/// talks to them; what they make protects nothing, and KeyInfo::simulated says so.
class SimSecurityKeys final : public SecurityKeys {
 public:
  /// One key a folder. The clock outlives this and the keys that it opens.
  SimSecurityKeys(std::vector<std::string> folders, const clock::Clock& clock,
                  Patience patience = {});
  /// One key for each folder below this one; those that come later count too.
  [[nodiscard]] static SimSecurityKeys below(std::string folder, const clock::Clock& clock,
                                             Patience patience = {});

  [[nodiscard]] Attempt<std::vector<PluggedKey>> list() override;
  [[nodiscard]] Attempt<std::unique_ptr<SecurityKey>> open(const PluggedKey& key,
                                                           int interrupt) override;

 private:
  std::vector<std::string> folders_;
  std::string above_;  ///< empty: folders_ it is
  const clock::Clock& clock_;
  Patience patience_;
};

}  // namespace latchkey::fido::sim
