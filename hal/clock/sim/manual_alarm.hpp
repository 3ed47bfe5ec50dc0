// SPDX-License-Identifier: MIT
#pragma once

#include "hal/clock/clock.hpp"
#include "hal/descriptor.hpp"

namespace latchkey::clock {

class ManualClock;

/// An alarm on a ManualClock, which must outlive it. Its descriptor is a real one (an eventfd), so
/// that event loops can wait for it.
class ManualAlarm final : public Alarm {
 public:
  explicit ManualAlarm(ManualClock& clock);
  ~ManualAlarm() override;
  ManualAlarm(const ManualAlarm&) = delete;
  ManualAlarm& operator=(const ManualAlarm&) = delete;
  ManualAlarm(ManualAlarm&&) = delete;
  ManualAlarm& operator=(ManualAlarm&&) = delete;

  void set(std::optional<Instant> when) override;
  void acknowledge() override { set(std::nullopt); }
  [[nodiscard]] int descriptor() const override { return event_.number(); }

  [[nodiscard]] std::optional<Instant> when() const noexcept { return when_; }  ///< as set
  [[nodiscard]] bool rings() const noexcept { return rings_; }  ///< the descriptor is readable

 private:
  friend class ManualClock;
  void ring_if_due();
  void silence();

  ManualClock& clock_;
  hal::Descriptor event_;
  std::optional<Instant> when_;
  bool rings_ = false;
};

}  // namespace latchkey::clock
