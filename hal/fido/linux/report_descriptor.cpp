// SPDX-License-Identifier: MIT
#include "hal/fido/linux/report_descriptor.hpp"

namespace latchkey::fido {
namespace {

// Items without the two bits of their size (HID 1.11 sections 6.2.2.7 and 6.2.2.8).
constexpr std::uint8_t kUsagePage = 0x04;
constexpr std::uint8_t kUsage = 0x08;
constexpr std::uint8_t kLongItem = 0xFE;

constexpr std::uint32_t kFidoPage = 0xF1D0;
constexpr std::uint32_t kFidoDevice = 0x01;

}  // namespace

bool is_fido_descriptor(ByteView descriptor) noexcept {
  if (descriptor.size() > kMaxReportDescriptor) return false;
  std::uint32_t page = 0;
  while (!descriptor.empty()) {
    const auto head = descriptor.front();
    if (head == kLongItem) return false;  // nobody makes them
    const std::size_t size = (head & 3U) == 3 ? 4 : head & 3U;
    if (descriptor.size() < 1 + size) return false;
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < size; ++i) {
      value |= static_cast<std::uint32_t>(descriptor[1 + i]) << (8 * i);
    }
    const auto item = static_cast<std::uint8_t>(head & 0xFCU);
    if (item == kUsagePage) page = value;
    if (item == kUsage) return page == kFidoPage && value == kFidoDevice;
    descriptor = descriptor.subspan(1 + size);
  }
  return false;
}

}  // namespace latchkey::fido
