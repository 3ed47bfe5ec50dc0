// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include "core/time.hpp"
#include "hal/fido/sim/device/person.hpp"

namespace latchkey::fido::sim {

inline constexpr Millis kOncePatience{10'000};

/// Somebody beside the key who has been told what to do: a standing answer to every request, and
/// on demand one touch.
class StandingPerson final {
 public:
  explicit StandingPerson(Reply standing) noexcept : standing_(standing) {}

  /// From now on.
  void stand(Reply answer) noexcept { standing_ = answer; }
  [[nodiscard]] Reply standing() const noexcept { return standing_; }
  /// Yes to the next question within kOncePatience; a request that waits asks again and again.
  void touch_once(Instant now) noexcept { once_until_ = now + kOncePatience; }

  [[nodiscard]] Reply answer(Instant now) noexcept {
    const auto until = once_until_;
    once_until_.reset();
    return until && now < *until ? Reply::yes : standing_;
  }

 private:
  Reply standing_;
  std::optional<Instant> once_until_;
};

}  // namespace latchkey::fido::sim
