// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>

#include "hal/descriptor.hpp"
#include "hal/fido/libfido2/libfido2_key.hpp"
#include "tests/unit/hal/fido/libfido2/bench.hpp"

namespace latchkey::test {

inline constexpr std::string_view kPin = "1234";

/// Fails the test unless it is one.
[[nodiscard]] fido::Pin pin(std::string_view typed = kPin);

/// A request over a challenge of its own.
[[nodiscard]] fido::MakeRequest request(fido::Algorithm algorithm = fido::Algorithm::ed25519);

/// The simulated key of a bench as the project's own SecurityKey over the real libfido2, in virtual
/// time. Close it before plugging.
class KeyBench final {
 public:
  explicit KeyBench(fido::sim::Model made = model());

  [[nodiscard]] fido::Attempt<std::unique_ptr<fido::SecurityKey>> try_open();
  /// Fails the test unless it opens.
  [[nodiscard]] std::unique_ptr<fido::SecurityKey> open();
  /// With libfido2 itself: the key gets a PIN.
  void set_pin(std::string_view typed = kPin);
  /// From now on until calm(), `interrupt` is readable.
  void interrupt() const;
  void calm() const;

  Bench bench;
  fido::Patience patience{};

 private:
  hal::Descriptor interrupt_;
};

/// Whether the assertion is the key's over this message, as sshd would see it (PROTOCOL.u2f), by
/// OpenSSL and mbedTLS.
[[nodiscard]] bool holds(const fido::Assertion& assertion, const ssh::PublicKey& key,
                         ByteView message);

/// The trouble of an attempt that failed; `none` where it did not.
inline constexpr std::string_view kNone = "none";
template <class T>
[[nodiscard]] std::string_view trouble(const fido::Attempt<T>& attempt) {
  return attempt ? kNone : name(attempt.error().trouble);
}

}  // namespace latchkey::test
