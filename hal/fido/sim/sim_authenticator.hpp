// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <optional>

#include "hal/fido/sim/ctaphid/authenticator.hpp"
#include "hal/fido/sim/device/environment.hpp"

namespace latchkey::fido::sim {

/// The simulated security key without its wire. One session: plugged in until destroyed. Not moved
/// once a command was given: what waits refers to it.
class SimAuthenticator final : public Authenticator {
 public:
  /// All must outlive it; `save` is Environment's. Errors: those of power_up().
  [[nodiscard]] static Result<SimAuthenticator> plug(const Model& model, State& state,
                                                     History& history, Person person,
                                                     crypto::Random& random, Instant now,
                                                     std::function<void(const State&)> save = {});

  [[nodiscard]] bool speaks_cbor() const override;
  [[nodiscard]] bool speaks_u2f() const override;
  [[nodiscard]] Outcome cbor(ByteView message, Instant now) override;
  [[nodiscard]] Bytes u2f(ByteView apdu, Instant now) override;
  [[nodiscard]] Reply ask(const Request& request) override;
  void ended(Status status, Instant now) override;

  /// The touch that a U2F client asks for again and again; nullptr: none does.
  [[nodiscard]] const Request* u2f_waiting_for() const;
  /// When wake() is due: that client has not asked for kU2fPatience and is given up.
  [[nodiscard]] std::optional<Instant> wakes_at() const;
  void wake(Instant now);

 private:
  SimAuthenticator(const Model& model, State& state, History& history, Person person,
                   crypto::Random& random, std::function<void(const State&)> save);

  [[nodiscard]] Environment environment();
  [[nodiscard]] Outcome run(ByteView message, Instant now);

  const Model& model_;
  State& state_;
  History& history_;
  Person person_;
  crypto::Random& random_;
  std::function<void(const State&)> save_;
  Session session_;
  std::string command_;  ///< the name of the last one
};

}  // namespace latchkey::fido::sim
