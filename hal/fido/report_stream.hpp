// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "core/time.hpp"

/// The seam by bytes: one opening of a FIDO device, real or simulated.
namespace latchkey::fido {

/// One HID report of a FIDO device, either way (CTAP 2.1 section 11.2.4): no report identifier.
inline constexpr std::size_t kReportSize = 64;
using Report = std::array<std::uint8_t, kReportSize>;

/// libfido2 talks through this (fido_dev_set_io_functions(3)). Both calls are made from one thread.
class ReportStream {
 public:
  virtual ~ReportStream() = default;
  /// False: the key is gone.
  [[nodiscard]] virtual bool write(const Report& report) = 0;
  /// Waits at most `timeout`; nullopt timeout: for ever. nullopt: none came, or the key is gone.
  [[nodiscard]] virtual std::optional<Report> read(std::optional<Millis> timeout) = 0;
  /// Whether the other side has left, as far as this side has noticed: what tells a key that was
  /// pulled out from one that is silent.
  [[nodiscard]] virtual bool gone() const noexcept = 0;
};

}  // namespace latchkey::fido
