// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <string>

#include "hal/descriptor.hpp"
#include "hal/fido/sim/program/face.hpp"

namespace latchkey::fido::sim {

inline constexpr auto* kUhidDevice = "/dev/uhid";

/// A HID device of the kernel's (Documentation/hid/uhid.rst), which programs open as /dev/hidraw*
/// like that of a real key. No USB device lies under it.
class Uhid final : public Face {
 public:
  /// `device` opens the kernel's device, non-blocking; `name` is the product's.
  Uhid(std::function<Result<hal::Descriptor>()> device, std::string name)
      : device_(std::move(device)), name_(std::move(name)) {}

  [[nodiscard]] Result<void> plug() override;
  void unplug() override { descriptor_.close(); }
  void watch(std::vector<pollfd>& polled) const override;
  [[nodiscard]] Result<std::vector<Report>> serve() override;
  void give(const Report& report) override;

 private:
  std::function<Result<hal::Descriptor>()> device_;
  std::string name_;
  hal::Descriptor descriptor_;
};

/// Opens /dev/uhid (or what a test has for it). ENOENT and ENODEV, EACCES and EPERM come with what
/// to do.
[[nodiscard]] Result<hal::Descriptor> open_uhid(const std::string& path = kUhidDevice);

}  // namespace latchkey::fido::sim
