// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "hal/clock/clock.hpp"
#include "hal/fido/libfido2/conversation.hpp"
#include "hal/fido/security_keys.hpp"

namespace latchkey::fido {

/// Where the kernel shows HID devices.
struct HidrawFolders {
  std::string classes = "/sys/class/hidraw";
  std::string nodes = "/dev";
};

/// The security keys at this machine's USB ports, by hidraw. Listing reads sysfs alone: it needs no
/// permission and wakes no key, so that one which may not be opened is listed too, which libfido2's
/// own fido_dev_info_manifest(3) leaves out.
class LinuxSecurityKeys final : public SecurityKeys {
 public:
  /// The clock outlives this and the keys that it opens.
  explicit LinuxSecurityKeys(const clock::Clock& clock, HidrawFolders folders = {},
                             Patience patience = {});

  [[nodiscard]] Attempt<std::vector<PluggedKey>> list() override;
  [[nodiscard]] Attempt<std::unique_ptr<SecurityKey>> open(const PluggedKey& key,
                                                           int interrupt) override;

 private:
  const clock::Clock& clock_;
  HidrawFolders folders_;
  Patience patience_;
};

}  // namespace latchkey::fido
