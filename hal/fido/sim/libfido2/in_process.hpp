// SPDX-License-Identifier: MIT
#pragma once

#include <functional>

#include "hal/clock/clock.hpp"
#include "hal/fido/sim/libfido2/report_stream.hpp"

namespace latchkey::fido::sim {

/// A key in this very process and in virtual time: read() calls `advance` up to the key's next
/// deadline until a report is there or the timeout has passed, so that thirty seconds of waiting
/// for a touch take microseconds. `advance` moves `clock` (a ManualClock's advance()); key and
/// clock must outlive the stream.
[[nodiscard]] std::unique_ptr<ReportStream> open_in_process(SimulatedKey& key,
                                                            const clock::Clock& clock,
                                                            std::function<void(Millis)> advance);

}  // namespace latchkey::fido::sim
