// SPDX-License-Identifier: MIT
#pragma once

#include <functional>

#include "hal/clock/clock.hpp"
#include "hal/fido/report_stream.hpp"
#include "hal/fido/sim/simulated_key.hpp"

namespace latchkey::fido::sim {

/// What "for ever" comes to in virtual time: a key that never stops asking for patience would
/// otherwise keep its reader busy for ever, in no time at all.
inline constexpr Millis kForEver = std::chrono::hours(1);

/// A key in this very process and in virtual time: read() calls `advance` up to the key's next
/// deadline until a report is there or the timeout has passed, so that thirty seconds of waiting
/// for a touch take microseconds. `advance` moves `clock` (a ManualClock's advance()); key and
/// clock must outlive the stream.
///
/// Every read ends. Without a timeout it gives up when the key has nothing to say and nothing to
/// wait for, and at the latest kForEver after the last write.
///
/// An answer takes a millisecond, as on a bus. A timeout counts from the first read after a write
/// (or after a read that timed out), not from each read: libfido2 measures what is left of one in
/// real time, of which virtual time takes none.
[[nodiscard]] std::unique_ptr<ReportStream> open_in_process(SimulatedKey& key,
                                                            const clock::Clock& clock,
                                                            std::function<void(Millis)> advance);

}  // namespace latchkey::fido::sim
