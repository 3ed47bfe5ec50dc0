// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>

#include "hal/usb/hotplug.hpp"

namespace latchkey::usb {

/// Where udevd listens. libusb hears of devices from udevd alone, and is silent without it.
inline constexpr const char* kUdevControl = "/run/udev/control";

/// Arrivals and departures as libusb-1.0 knows them: after udevd has worked on the USB device
/// itself, before it works on what is below it, hidraw nodes among that. No device is opened.
///
/// libusb reads the descriptors of every device that is or gets plugged in, from /sys, in a thread
/// of its own and in the caller's: open it where nothing is lost by that. A device whose
/// descriptors it does not understand is no news.
class LibusbHotplug final : public Hotplug {
 public:
  /// Errc::unsupported: no udevd in this machine or container, or a libusb that cannot tell;
  /// otherwise what libusb stumbled over (no netlink socket, no thread, no memory).
  [[nodiscard]] static Result<std::unique_ptr<LibusbHotplug>> open(
      const std::string& udev_control = kUdevControl);
  ~LibusbHotplug() override;  ///< blocks until libusb's thread has ended
  LibusbHotplug(const LibusbHotplug&) = delete;
  LibusbHotplug& operator=(const LibusbHotplug&) = delete;
  LibusbHotplug(LibusbHotplug&&) = delete;
  LibusbHotplug& operator=(LibusbHotplug&&) = delete;

  [[nodiscard]] int descriptor() const override;
  [[nodiscard]] Result<bool> take() override;

 private:
  struct Session;
  explicit LibusbHotplug(std::unique_ptr<Session> session);

  std::unique_ptr<Session> session_;
};

}  // namespace latchkey::usb
