// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>

#include "core/time.hpp"
#include "hal/fido/sim/ctaphid/report.hpp"

namespace latchkey::fido::sim {

/// One opening of a simulated key, as one opening of a hidraw node would be.
class ReportStream {
 public:
  virtual ~ReportStream() = default;
  /// False: the key is gone.
  [[nodiscard]] virtual bool write(const Report& report) = 0;
  /// Waits at most `timeout`; nullopt timeout: for ever. nullopt: none came, or the key is gone.
  [[nodiscard]] virtual std::optional<Report> read(std::optional<Millis> timeout) = 0;
};

}  // namespace latchkey::fido::sim
