// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "hal/descriptor.hpp"
#include "hal/fido/sim/program/face.hpp"
#include "hal/fido/sim/program/report_queue.hpp"

namespace latchkey::fido::sim {

/// A real key makes its answer as fast as it is fetched; here the longest one waits as a whole.
inline constexpr std::size_t kGadgetQueue = 256;

/// A USB device of the kernel's gadget framework, whose HID function is a device file /dev/hidgN
/// (Documentation/usb/gadget_hid.rst). Somebody has made the gadget, with kReportDescriptor and
/// reports of 64 bytes; here it is plugged in and pulled out.
class HidGadget final : public Face {
 public:
  struct Files {
    std::string device;  ///< /dev/hidg0: there as long as the gadget is bound to a controller
    /// The gadget's file UDC in configfs: holds the name of the USB device controller that the
    /// gadget is bound to. Empty: somebody else binds it, and the key only falls silent.
    std::string udc;
    std::string controllers = "/sys/class/udc";  ///< tried in the order of their names
  };

  explicit HidGadget(Files files) : files_(std::move(files)) {}

  /// Binds the gadget to the controller that it had, or to the first free one.
  [[nodiscard]] Result<void> plug() override;
  void unplug() override;
  void watch(std::vector<pollfd>& polled) const override;
  [[nodiscard]] Result<std::vector<Report>> serve() override;
  void give(const Report& report) override;

 private:
  [[nodiscard]] Result<void> bind();
  void send();

  Files files_;
  std::string controller_;  ///< the last one
  hal::Descriptor descriptor_;
  ReportQueue waiting_{kGadgetQueue};
};

}  // namespace latchkey::fido::sim
