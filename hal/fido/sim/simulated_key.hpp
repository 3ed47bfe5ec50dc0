// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "hal/fido/sim/ctaphid/report.hpp"
#include "hal/fido/sim/device/history.hpp"
#include "hal/fido/sim/device/model.hpp"
#include "hal/fido/sim/device/person.hpp"
#include "hal/fido/sim/device/state.hpp"

/// A security key in software, for tests: real CTAPHID, CTAP2 and U2F, and no protection at all
/// for the private keys in its state. docs/reference/simulated-security-key.md.
namespace latchkey::fido::sim {

/// What a plugged-in key consists of besides its model.
struct KeyParts {
  State& state;  ///< changed by commands; outlives the key: unplugging is destroying the key
  Person person;
  crypto::Random& random;
  /// Called after each command that changed the state, before the answer can be read; may be empty.
  std::function<void(const State&)> save;
};

/// A key that is plugged in: reports in, reports out. Never blocks; time is an argument.
class SimulatedKey final {
 public:
  [[nodiscard]] static Result<SimulatedKey> plug(Model model, KeyParts parts, Instant now);
  ~SimulatedKey();  ///< unplugged
  SimulatedKey(SimulatedKey&&) noexcept;
  SimulatedKey& operator=(SimulatedKey&&) noexcept;
  SimulatedKey(const SimulatedKey&) = delete;
  SimulatedKey& operator=(const SimulatedKey&) = delete;

  void take(const Report& report, Instant now);           ///< from the host
  [[nodiscard]] std::optional<Report> give();             ///< to the host; nullopt: none now
  [[nodiscard]] std::optional<Instant> wakes_at() const;  ///< when wake() is due
  void wake(Instant now);                                 ///< also after the person's mind changed
  /// What a person is asked; nullptr: nobody is. A U2F client asks until it has not done so for
  /// kU2fPatience.
  [[nodiscard]] const Request* waiting_for() const;
  [[nodiscard]] bool gone() const;  ///< Misbehaviour::disappears_at has come
  [[nodiscard]] const Model& model() const;
  [[nodiscard]] const History& history() const;

 private:
  class Core;
  explicit SimulatedKey(std::unique_ptr<Core> core) noexcept;
  std::unique_ptr<Core> core_;
};

}  // namespace latchkey::fido::sim
