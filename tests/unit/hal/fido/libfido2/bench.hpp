// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "hal/clock/sim/manual_clock.hpp"
#include "hal/fido/libfido2/device.hpp"
#include "hal/fido/sim/attestation/certificate_authority.hpp"
#include "hal/fido/sim/simulated_key.hpp"
#include "tests/unit/pairing/seeded_random.hpp"

namespace latchkey::test {

/// A model of the catalogue.
[[nodiscard]] fido::sim::Model model(std::string_view name = "fido-2.1");

/// A simulated key, plugged in, in virtual time, with a person beside it; the real libfido2 opens
/// it. Close all devices before unplugging.
class Bench final {
 public:
  explicit Bench(fido::sim::Model made = model());

  void plug();
  /// The same key and its state as another model: a knob turned between two plugs.
  void plug_as(fido::sim::Model other);
  void unplug() { key_.reset(); }

  /// Fails the test unless the key opens.
  [[nodiscard]] fido::Device open(std::optional<Millis> timeout = std::nullopt);
  [[nodiscard]] fido::OpenedDevice try_open(std::optional<Millis> timeout = std::nullopt);
  [[nodiscard]] std::unique_ptr<fido::ReportStream> open_stream();

  /// Lets virtual time go on, and the key wake up.
  void pass(Millis step);
  /// Does something once as much virtual time has passed from now.
  void after(Millis delay, std::function<void()> deed);

  [[nodiscard]] fido::sim::SimulatedKey& key() { return *key_; }
  [[nodiscard]] fido::sim::State& state() { return state_; }
  [[nodiscard]] const fido::sim::History& history() const { return key_->history(); }
  [[nodiscard]] const clock::ManualClock& clock() const { return clock_; }
  [[nodiscard]] Instant now() const { return clock_.now(); }

  fido::sim::Reply reply = fido::sim::Reply::yes;  ///< what the person does
  std::vector<fido::sim::Request> requests;        ///< what the person was asked, in order

 private:
  void advance(Millis step);

  SeededRandom random_{1};
  clock::ManualClock clock_;
  std::multimap<Instant, std::function<void()>> deeds_;
  fido::sim::Model made_;
  fido::sim::State state_;
  std::optional<fido::sim::SimulatedKey> key_;
};

}  // namespace latchkey::test
