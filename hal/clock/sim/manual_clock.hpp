// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "hal/clock/clock.hpp"

namespace latchkey::clock {

class ManualAlarm;

/// A clock that a test turns by hand. Its alarms ring as time passes them.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(Instant now = Instant(Millis(1'000'000)),
                       WallTime wall = WallTime(std::chrono::seconds(1'700'000'000)));

  [[nodiscard]] Instant now() const override { return now_; }
  [[nodiscard]] WallTime wall() const override;
  [[nodiscard]] bool synchronised() const override { return synchronised_; }

  /// Both clocks go on; alarms that become due ring. Never back: a negative step is ignored.
  void advance(Millis step);
  /// Only the wall clock jumps, in either direction.
  void jump_wall(std::chrono::seconds step);
  void set_synchronised(bool synchronised) { synchronised_ = synchronised; }  ///< at first it is

  /// The earliest instant an alarm is set to and has not rung for; nullopt: none.
  [[nodiscard]] std::optional<Instant> next_alarm() const;
  /// Advances to next_alarm(), by nothing if that is past; false when there is none.
  bool advance_to_next_alarm();

 private:
  friend class ManualAlarm;
  void attach(ManualAlarm& alarm);
  void detach(const ManualAlarm& alarm);

  Instant start_;
  Instant now_;
  WallTime wall_at_start_;
  bool synchronised_ = true;
  std::vector<ManualAlarm*> alarms_;
};

}  // namespace latchkey::clock
