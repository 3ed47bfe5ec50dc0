// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>

#include "hal/descriptor.hpp"
#include "hal/usb/hotplug.hpp"

namespace latchkey::usb {

/// USB ports that a test puts things into. May be used from another thread than the hotplug.
class ManualPorts final {
 public:
  ManualPorts();

  void change();  ///< something was plugged in or pulled out
  void fail();    ///< from now on take() fails, and the descriptor stays readable
  /// How often take() was called: how often somebody woke up.
  [[nodiscard]] unsigned takes() const noexcept { return takes_; }

 private:
  friend class ManualHotplug;
  hal::Descriptor event_;
  std::atomic<bool> failed_ = false;
  std::atomic<unsigned> takes_ = 0;
};

/// The news of ManualPorts, which must outlive it. Its descriptor is a real one (an eventfd).
class ManualHotplug final : public Hotplug {
 public:
  explicit ManualHotplug(ManualPorts& ports) : ports_(ports) {}

  [[nodiscard]] int descriptor() const override { return ports_.event_.number(); }
  [[nodiscard]] Result<bool> take() override;

 private:
  ManualPorts& ports_;
};

}  // namespace latchkey::usb
