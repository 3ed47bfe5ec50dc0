// SPDX-License-Identifier: MIT
#include "hal/fido/sim/libfido2/in_process.hpp"

#include <algorithm>
#include <utility>

namespace latchkey::fido::sim {
namespace {

/// A full-speed device is asked for reports once a millisecond at most: no answer comes at once,
/// so that a client without any time left sees none.
constexpr Millis kBusInterval{1};

class InProcess final : public ReportStream {
 public:
  InProcess(SimulatedKey& key, const clock::Clock& clock, std::function<void(Millis)> advance)
      : key_(key), clock_(clock), advance_(std::move(advance)) {}

  bool write(const Report& report) override {
    deadline_.reset();
    key_.take(report, clock_.now());
    answers_from_ = clock_.now() + kBusInterval;
    return !key_.gone();
  }

  std::optional<Report> read(std::optional<Millis> timeout) override {
    if (!deadline_) deadline_ = clock_.now() + timeout.value_or(kForEver);
    // A copy: advance() may come to a write, as when a test cancels at a certain time.
    const Instant deadline = *deadline_;
    // A key that wants to be woken in the past must not make time stand still.
    for (Instant soonest = answers_from_;; soonest = clock_.now() + kBusInterval) {
      if (key_.gone()) return std::nullopt;
      const Instant now = clock_.now();
      const bool quiet = now < answers_from_;
      if (!quiet) {
        if (auto report = key_.give()) return report;
      }
      const auto wakes_at = key_.wakes_at();
      if (now >= deadline || (!quiet && !timeout && !wakes_at)) break;
      const Instant event = quiet ? answers_from_ : wakes_at.value_or(deadline);
      const Instant next = std::min(std::max(event, soonest), deadline);
      if (next > now) advance_(next - now);
      key_.wake(clock_.now());
    }
    deadline_.reset();
    return std::nullopt;
  }

  [[nodiscard]] bool gone() const noexcept override { return key_.gone(); }

 private:
  SimulatedKey& key_;
  const clock::Clock& clock_;
  std::function<void(Millis)> advance_;
  Instant answers_from_{};
  std::optional<Instant> deadline_;  ///< of the reads until the next write
};

}  // namespace

std::unique_ptr<ReportStream> open_in_process(SimulatedKey& key, const clock::Clock& clock,
                                              std::function<void(Millis)> advance) {
  return std::make_unique<InProcess>(key, clock, std::move(advance));
}

}  // namespace latchkey::fido::sim
