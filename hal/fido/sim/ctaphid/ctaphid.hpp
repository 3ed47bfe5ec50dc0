// SPDX-License-Identifier: MIT
#pragma once

#include <deque>
#include <optional>

#include "core/crypto/random.hpp"
#include "hal/fido/sim/ctaphid/authenticator.hpp"
#include "hal/fido/sim/ctaphid/report.hpp"
#include "hal/fido/sim/device/model.hpp"

namespace latchkey::fido::sim {

/// The wire of a security key, CTAPHID (CTAP 2.1 section 11.2): channels, messages in pieces,
/// keep-alives, cancelling. Reports in, reports out; never blocks; time is an argument.
class CtapHid final {
 public:
  /// All must outlive it; `random` makes channel identifiers.
  CtapHid(const Model& model, Authenticator& authenticator, crypto::Random& random);

  /// One report from the host.
  void take(const Report& report, Instant now);
  /// The next report for the host; nullopt: none now.
  [[nodiscard]] std::optional<Report> give();
  /// When wake() is due: a keep-alive, a timeout; nullopt: nothing is going on.
  [[nodiscard]] std::optional<Instant> wakes_at() const;
  /// Does what is due at `now`, and asks the person again. May be called early.
  void wake(Instant now);
  /// Whether a request is waiting for a person.
  [[nodiscard]] const Request* waiting_for() const;
  /// Misbehaviour::disappears_at has come: it takes and gives nothing any more.
  [[nodiscard]] bool gone() const noexcept;
};

}  // namespace latchkey::fido::sim
