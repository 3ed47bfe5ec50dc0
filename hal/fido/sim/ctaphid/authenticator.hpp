// SPDX-License-Identifier: MIT
#pragma once

#include "core/time.hpp"
#include "hal/fido/sim/device/outcome.hpp"

namespace latchkey::fido::sim {

/// Answers whole messages; knows nothing of channels and reports. What CTAPHID carries.
class Authenticator {
 public:
  virtual ~Authenticator() = default;
  [[nodiscard]] virtual bool speaks_cbor() const = 0;
  [[nodiscard]] virtual bool speaks_u2f() const = 0;
  /// A command byte and its CBOR (CTAPHID_CBOR).
  [[nodiscard]] virtual Outcome cbor(ByteView message, Instant now) = 0;
  /// An APDU (CTAPHID_MSG).
  [[nodiscard]] virtual Bytes u2f(ByteView apdu, Instant now) = 0;
  /// Asked while a Wait is pending, and once when it begins.
  [[nodiscard]] virtual Reply ask(const Request& request) = 0;
  /// A pending Wait was answered, cancelled or ran out: for the history.
  virtual void ended(Status status, Instant now) = 0;
};

}  // namespace latchkey::fido::sim
