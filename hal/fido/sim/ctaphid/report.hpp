// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>

namespace latchkey::fido::sim {

/// One HID report of a FIDO device, either way (CTAP 2.1 section 11.2.4): no report identifier.
inline constexpr std::size_t kReportSize = 64;
using Report = std::array<std::uint8_t, kReportSize>;

/// What the device tells the kernel about its reports: usage page F1D0, usage 01, 64 bytes in,
/// 64 bytes out (CTAP 2.1 section 11.2.8.2).
inline constexpr std::array<std::uint8_t, 34> kReportDescriptor{
    0x06, 0xD0, 0xF1, 0x09, 0x01, 0xA1, 0x01, 0x09, 0x20, 0x15, 0x00, 0x26,
    0xFF, 0x00, 0x75, 0x08, 0x95, 0x40, 0x81, 0x02, 0x09, 0x21, 0x15, 0x00,
    0x26, 0xFF, 0x00, 0x75, 0x08, 0x95, 0x40, 0x91, 0x02, 0xC0};

}  // namespace latchkey::fido::sim
