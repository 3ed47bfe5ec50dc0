// SPDX-License-Identifier: MIT
#pragma once

#include "core/bytes.hpp"

namespace latchkey::fido {

/// The kernel's HID_MAX_DESCRIPTOR_SIZE.
inline constexpr std::size_t kMaxReportDescriptor = 4096;

/// Whether a HID report descriptor (HID 1.11 section 6.2.2) is that of a FIDO device: its first
/// usage is 01 of page F1D0 (CTAP 2.1 section 11.2.8.2). A descriptor cut short, or any other
/// bytes, are not.
[[nodiscard]] bool is_fido_descriptor(ByteView descriptor) noexcept;

}  // namespace latchkey::fido
