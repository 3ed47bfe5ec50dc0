// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/attest/policy.hpp"
#include "core/bytes.hpp"
#include "core/channel/limits.hpp"
#include "core/channel/token_messages.hpp"

/// What is said inside the channel, once both sides have proved the code. On the wire each
/// message is a 4-byte big-endian length (at most kMaxMessage) and a CBOR map (RFC 8949);
/// docs/reference/protocol.md has every key and bound.
namespace latchkey::channel {

inline constexpr std::size_t kMaxMessage = std::size_t{16} * 1024;

using Challenge = std::array<std::uint8_t, 32>;

/// Pi to host: who this is and what it accepts.
struct Welcome {
  Challenge challenge{};               ///< fresh for this window; the proof signs it
  std::vector<std::string> accounts;   ///< may be enrolled; the first is the default
  std::vector<std::string> key_types;  ///< SSH names that policy and this sshd accept
  attest::HardwareRule hardware = attest::HardwareRule::any;
  bool user_verification = false;       ///< a security key must verify its user
  bool confirm_press = false;           ///< a second press commits (strict profile)
  std::uint32_t max_validity_days = 0;  ///< an expiry the Pi adds; 0: none
  std::vector<Bytes> host_keys;         ///< sshd's public key blobs
  std::uint16_t ssh_port = 22;
  bool sshd_running = false;
  std::string device;  ///< host name of the Pi
  std::string model;   ///< "Raspberry Pi 4 Model B Rev 1.5"
};

/// Host to Pi: this key, for this account, and the proof that the host owns it: a signature, an
/// attestation, or both.
struct Offer {
  std::string account;
  Bytes key;  ///< public key blob (RFC 4253, section 6.6)
  std::string comment;
  Limits limits;
  Bytes signature;  ///< SSHSIG blob over the enrolment statement (statement.hpp); empty: none
  /// attest::Record of a security key; empty: none. Over this enrolment's statement, and leading to
  /// a root that the Pi trusts, it proves possession by itself; otherwise a signature has to.
  Bytes attestation{};
};

/// Why the Pi said what it said. Numbers are the wire's; never reuse one.
enum class ResultCode : std::uint8_t {
  added = 0,
  already_there = 1,  ///< the same key was there, valid: success
  taken_out = 2,      ///< the answer to a verdict that asked for it
  kept = 3,           ///< a verdict asked to take out a line that was there before
  expired_line = 10,  ///< there, but its expiry-time has passed
  bad_request = 20,   ///< the offer does not follow its format
  account_not_allowed = 21,
  key_type_not_allowed = 22,
  key_too_weak = 23,
  key_invalid = 24,       ///< blob malformed, a certificate, an invalid point
  not_proved = 25,        ///< signature does not hold
  no_user_presence = 26,  ///< signed without a touch
  no_user_verification = 27,
  not_attested = 28,         ///< policy wants hardware, and nothing proves that it is
  attestation_invalid = 29,  ///< forged, damaged, expired, another key's
  sshd_would_refuse = 30,    ///< StrictModes: text says what sshd would log
  file_unsuitable = 31,      ///< symlink, hard link, FIFO, too large, …
  not_persistent = 32,       ///< home would not survive a reboot
  write_failed = 33,         ///< ENOSPC, EIO, …; the old file is intact
  busy = 34,                 ///< another program holds the lock
  model_not_allowed = 35,    ///< attested, of a model that policy does not list
  token_failed = 36,         ///< the security key in the Pi could not do it: text says why
  window_closed = 40,        ///< ended while the request was on its way
  not_confirmed = 41,        ///< the second press did not come
  internal = 50,
};

/// Pi to host: the answer to an offer and to a verdict (the design's `result`).
struct Outcome {
  ResultCode code = ResultCode::internal;
  std::string text;         ///< one sentence for a person, printable
  std::string fingerprint;  ///< SHA256:…
  std::string path;         ///< the authorized_keys file
  std::string hardware;     ///< "YubiKey 5 NFC, attested by Yubico U2F Root CA"; empty: none proved
  bool sshd_running = false;
  std::uint64_t log_position = 0;
  std::array<std::uint8_t, 32> log_hash{};

  [[nodiscard]] bool ok() const noexcept { return code <= ResultCode::kept; }
};

/// Host to Pi, within 60 s of the result: the login worked, or take the line out again.
struct Verdict {
  bool logged_in = false;
};

using Message = std::variant<Welcome, Offer, Outcome, Verdict, TokenRequest, TokenEvent, PinTyped,
                             TokenMade, HandlesRequest, Handles, SignatureWanted>;

/// The CBOR bytes of a message, without the length. Errc::too_large beyond a bound, malformed.
/// Those of a PinTyped are for the caller to wipe; no copy is left behind.
[[nodiscard]] Result<Bytes> encode(const Message& message);

/// The reverse: exactly one message. Every field is bounded, unknown map keys are ignored, so
/// that later versions may add some; anything else out of order is refused.
[[nodiscard]] Result<Message> decode(ByteView cbor);

}  // namespace latchkey::channel
