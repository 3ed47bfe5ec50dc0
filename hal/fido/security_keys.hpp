// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/attest/attestation.hpp"
#include "core/bytes.hpp"
#include "core/ssh/public_key.hpp"
#include "core/time.hpp"
#include "hal/fido/key_info.hpp"
#include "hal/fido/pin.hpp"
#include "hal/fido/problem.hpp"

/// The seam by intent: FIDO security keys as latchkey uses them. One thread; every call blocks
/// until the key has answered, the person has, or time is over.
namespace latchkey::fido {

/// A key that is plugged in, not opened.
struct PluggedKey {
  std::string path;  ///< "/dev/hidraw3"
  std::string name;  ///< "Yubico YubiKey OTP+FIDO+CCID", printable
  friend bool operator==(const PluggedKey&, const PluggedKey&) = default;
};

/// What to make. libfido2 gives the key SHA-256(challenge) as clientDataHash, as OpenSSH has it.
struct MakeRequest {
  std::string application = "ssh:";  ///< starts with "ssh:"
  std::string user;                  ///< names a resident one; at most 31 bytes; may be empty
  Algorithm algorithm = Algorithm::ed25519;
  bool resident = false;   ///< on the key itself (discoverable)
  bool verify = false;     ///< each use wants a PIN or a finger (credProtect level 3)
  bool overwrite = false;  ///< an existing resident one of this application and user: replace it
  bool as_u2f = false;     ///< CTAP1 registration: ecdsa_p256, with a touch, never a PIN
  Bytes challenge;         ///< 16 to 256 bytes, from whom the attestation shall convince
};

/// A credential that was made: key, handle, and what the maker's certificate says of it. The
/// attestation's signature holds over the challenge; who signed it is for core/attest to judge.
struct MadeKey {
  ssh::PublicKey key;
  Bytes handle;            ///< 1 to 1023 bytes (credential id)
  std::uint8_t flags = 0;  ///< as OpenSSH keeps them in the private file (ssh::sk_flag)
  attest::Attestation attestation;
};

/// An assertion over a message, in the parts that an SSH signature is made of (PROTOCOL.u2f).
struct Assertion {
  std::uint8_t flags = 0;
  std::uint32_t counter = 0;
  Bytes signature;  ///< Ed25519: 64 bytes; ECDSA: DER, as the key gave it
};

/// A resident credential of an "ssh:" application.
struct ResidentKey {
  ssh::PublicKey key;
  Bytes handle;
  std::string user;     ///< its user id where that is text, else empty
  bool verify = false;  ///< credProtect level 3: each use wants verification
};

/// One opened key. Destroying it cancels what the key still waits for, and closes it.
///
/// Every call can end in removed, timed_out, cancelled, nonsense, failed; what else is said with
/// it. A PIN is used for this one call; none is ever sent that was not given to it.
class SecurityKey {
 public:
  virtual ~SecurityKey() = default;
  [[nodiscard]] virtual const PluggedKey& plugged() const noexcept = 0;
  [[nodiscard]] virtual const KeyInfo& info() const noexcept = 0;

  /// PIN tries left; asking costs none. not_supported.
  [[nodiscard]] virtual Attempt<int> pin_tries() = 0;

  /// Makes it blink until it is touched, without doing anything: to choose among several. After
  /// begin_touch() nothing but touched() and end_touch() may be called. touched() waits at most
  /// `patience`.
  [[nodiscard]] virtual Attempt<> begin_touch() = 0;
  [[nodiscard]] virtual Attempt<bool> touched(Millis patience) = 0;
  virtual void end_touch() = 0;

  /// Makes a credential; blocks for the touch. What comes back has been checked: the public key is
  /// in the authenticator data, for this application, and the attestation's signature holds
  /// (fido_cred_verify). pin_*, verification_*, declined, store_full, already_there (resident,
  /// without overwrite; found before anything is made), no_such_algorithm, not_supported.
  [[nodiscard]] virtual Attempt<MadeKey> make(const MakeRequest& request, const Pin* pin) = 0;

  /// Whether it owns this handle: asked silently, without a touch (CTAP 2.1 section 6.2, "up"
  /// false; U2F check-only). With alwaysUv or credProtect level 3 a key may deny what it owns
  /// unless it gets the PIN.
  [[nodiscard]] virtual Attempt<bool> owns(const std::string& application, ByteView handle,
                                           const Pin* pin) = 0;

  /// Signs SHA-256(message) as SSH does; blocks for the touch. not_its_handle, pin_*, declined.
  [[nodiscard]] virtual Attempt<Assertion> sign(const std::string& application, ByteView handle,
                                                ByteView message, bool verify, const Pin* pin) = 0;

  /// All resident credentials of applications that start with "ssh:". pin_*, not_supported.
  [[nodiscard]] virtual Attempt<std::vector<ResidentKey>> residents(const Pin& pin) = 0;
  [[nodiscard]] virtual Attempt<> remove_resident(ByteView handle, const Pin& pin) = 0;
};

/// What is plugged in.
class SecurityKeys {
 public:
  virtual ~SecurityKeys() = default;
  /// Those of the FIDO usage page; looks without opening them. An empty list is no problem.
  [[nodiscard]] virtual Attempt<std::vector<PluggedKey>> list() = 0;
  /// Opens one and asks what it can. `interrupt`: a descriptor; while it is readable, whatever
  /// blocks ends with Trouble::cancelled, and the key stops blinking; -1: none. not_readable, busy.
  [[nodiscard]] virtual Attempt<std::unique_ptr<SecurityKey>> open(const PluggedKey& key,
                                                                   int interrupt) = 0;
};

}  // namespace latchkey::fido
