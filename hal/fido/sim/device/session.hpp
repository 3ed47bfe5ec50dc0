// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "core/bytes.hpp"
#include "core/time.hpp"
#include "hal/fido/sim/crypto/signing_key.hpp"
#include "hal/fido/sim/device/person.hpp"

namespace latchkey::fido::sim {

/// Token permissions (CTAP 2.1 section 6.5.5.7).
namespace permission {
inline constexpr std::uint8_t kMakeCredential = 0x01;
inline constexpr std::uint8_t kGetAssertion = 0x02;
inline constexpr std::uint8_t kCredentialManagement = 0x04;
inline constexpr std::uint8_t kBioEnrollment = 0x08;
inline constexpr std::uint8_t kLargeBlobWrite = 0x10;
inline constexpr std::uint8_t kConfiguration = 0x20;
}  // namespace permission

/// The pinUvAuthToken of one PIN/UV auth protocol (CTAP 2.1 section 6.5.2.1). Not in use until
/// handed out.
struct PinUvAuthToken {
  std::array<std::uint8_t, 32> value{};
  bool in_use = false;
  std::uint8_t permissions = 0;
  std::optional<std::string> rp_id;  ///< bound to this relying party
  bool user_present = false;
  bool user_verified = false;
  bool used = false;  ///< in a command that it allowed
  Instant issued{};   ///< runs out 10 minutes later, or after 30 s when never used
};

/// What is lost when the key is pulled out.
struct Session {
  Instant plugged_at{};

  // clientPIN: index 0 is protocol 1, index 1 is protocol 2.
  std::array<std::optional<SigningKey>, 2> agreement_keys;
  std::array<PinUvAuthToken, 2> tokens;
  unsigned wrong_pins_in_a_row = 0;  ///< three: soft lock until the key is plugged in again

  /// What getNextAssertion goes on with: the rest of the answers, in order, made when asked for.
  struct PendingAssertions {
    std::string rp_id;
    Bytes client_data_hash;
    bool user_present = false;
    bool user_verified = false;
    std::vector<Bytes> credential_ids;
    std::size_t next = 0;
    Instant since{};  ///< runs out after 30 s
  };
  std::optional<PendingAssertions> assertions;

  /// What enumerateRPsGetNextRP and enumerateCredentialsGetNextCredential go on with.
  struct Enumeration {
    std::vector<Bytes> items;  ///< answers already made
    std::size_t next = 0;
    Instant since{};  ///< the last of them was asked for; runs out after 30 s
  };
  std::optional<Enumeration> rps;
  std::optional<Enumeration> credentials;

  /// Another command came between: nothing goes on (CTAP 2.1 section 6, "stateful commands").
  void forget_pending() {
    assertions.reset();
    rps.reset();
    credentials.reset();
  }

  /// The U2F request that was last refused for want of a touch: its client asks again and again.
  struct U2fRequest {
    Bytes apdu;
    Instant asked{};    ///< the last time
    Request request{};  ///< what its person is asked
  };
  std::optional<U2fRequest> u2f_request;
};

}  // namespace latchkey::fido::sim
