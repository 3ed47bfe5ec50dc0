// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "hal/clock/clock.hpp"
#include "hal/fido/sim/program/face.hpp"
#include "hal/fido/sim/program/key_files.hpp"
#include "hal/fido/sim/program/standing_person.hpp"
#include "hal/fido/sim/simulated_key.hpp"
#include "hal/local_socket/line_server.hpp"

namespace latchkey::fido::sim {

/// A simulated key, the faces that hosts see of it, the person beside it, and the socket through
/// which they are told what to do. One thread.
class Bench final : private hal::LineServer::Talk {
 public:
  struct Parts {
    Model model;
    State state;
    StandingPerson person;
    KeyFiles files;
    hal::LineServer control;
    std::vector<std::unique_ptr<Face>> faces;
  };

  /// `clock`, `alarm`, used by nobody else, and `random` must outlive the bench.
  Bench(Parts parts, const clock::Clock& clock, clock::Alarm& alarm, crypto::Random& random);
  ~Bench() override;  ///< unplugged
  Bench(const Bench&) = delete;
  Bench& operator=(const Bench&) = delete;
  Bench(Bench&&) = delete;
  Bench& operator=(Bench&&) = delete;

  /// A new session of the key, on all faces or, with an error, on none. Nothing happens when it is
  /// plugged in already. Errors: those of SimulatedKey::plug() and Face::plug().
  [[nodiscard]] Result<void> plug();
  void unplug();

  /// Serves until `stop` is readable. Errors: the state could not be saved (its answer has not left
  /// then), or a face has broken.
  [[nodiscard]] Result<void> run(int stop);
  /// Does what can be done now; never blocks. The same errors.
  [[nodiscard]] Result<void> step();

 private:
  // Talk
  [[nodiscard]] std::string greeting() override { return "waiting " + announced_; }
  [[nodiscard]] std::optional<std::string> obey(hal::LineServer::ClientId client,
                                                const std::string& line) override;

  [[nodiscard]] Result<void> plug_faces();
  [[nodiscard]] Result<void> hear();
  void exchange();
  void announce();
  [[nodiscard]] std::vector<pollfd> watched() const;

  Parts parts_;
  const clock::Clock& clock_;
  clock::Alarm& alarm_;
  crypto::Random& random_;
  std::optional<SimulatedKey> key_;
  Result<void> heard_;
  Result<void> saved_;
  std::string announced_;
};

}  // namespace latchkey::fido::sim
