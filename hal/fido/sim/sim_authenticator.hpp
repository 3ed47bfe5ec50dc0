// SPDX-License-Identifier: MIT
#pragma once

#include "hal/fido/sim/ctaphid/authenticator.hpp"
#include "hal/fido/sim/device/environment.hpp"

namespace latchkey::fido::sim {

/// The simulated security key without its wire. One session: plugged in until destroyed.
class SimAuthenticator final : public Authenticator {
 public:
  /// All must outlive it. Errors: those of power_up().
  [[nodiscard]] static Result<SimAuthenticator> plug(const Model& model, State& state,
                                                     History& history, Person person,
                                                     crypto::Random& random, Instant now);

  [[nodiscard]] bool speaks_cbor() const override;
  [[nodiscard]] bool speaks_u2f() const override;
  [[nodiscard]] Outcome cbor(ByteView message, Instant now) override;
  [[nodiscard]] Bytes u2f(ByteView apdu, Instant now) override;
  [[nodiscard]] Reply ask(const Request& request) override;
  void ended(Status status, Instant now) override;

 private:
  SimAuthenticator(const Model& model, State& state, History& history, Person person,
                   crypto::Random& random);

  const Model& model_;
  State& state_;
  History& history_;
  Person person_;
  crypto::Random& random_;
  Session session_;
  std::string pending_;  ///< the name of the command that waits
};

}  // namespace latchkey::fido::sim
