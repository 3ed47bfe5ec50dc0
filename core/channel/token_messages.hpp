// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/bytes.hpp"
#include "core/channel/limits.hpp"
#include "core/crypto/wiping_allocator.hpp"
#include "core/time.hpp"

/// What is said inside the channel about a security key that is plugged into the Pi.
namespace latchkey::channel {

inline constexpr std::size_t kMaxHandle = 1023;  ///< bytes of a credential id
inline constexpr std::size_t kMaxApplication = 128;
inline constexpr std::size_t kMaxUser = 31;
inline constexpr std::size_t kMaxPin = 63;
inline constexpr std::size_t kMaxHandles = 8;  ///< in one message
/// After one TokenRequest: more than an honest Pi and a clumsy person need in a window's time.
inline constexpr std::uint8_t kMaxTokenEvents = 64;

enum class TokenAlgorithm : std::uint8_t {
  best = 0,  ///< ed25519 where the key can, else ecdsa_p256
  ed25519 = 1,
  ecdsa_p256 = 2,
};

/// Host to Pi, in place of an offer: make the key on a security key that is plugged in there, and
/// enrol it.
struct TokenRequest {
  std::string account;
  std::string comment;
  Limits limits;
  TokenAlgorithm algorithm = TokenAlgorithm::best;
  bool resident = false;
  bool verify = false;    ///< each use of it wants a PIN or a finger
  bool existing = false;  ///< enrol the resident credential of application and user that is there
  std::string application = "ssh:";
  std::string user;
};

/// Pi to host, any number of times after a TokenRequest: what the Pi, or its person, waits for.
enum class TokenNews : std::uint8_t {
  plug_in = 1,     ///< no key is there: plug one in
  touch = 2,       ///< it blinks: touch it
  pin_wanted = 3,  ///< answer with a PinTyped
  pin_wrong = 4,   ///< the same, after a wrong one
  pulled_out = 5,  ///< in the middle: plug it in again
};
struct TokenEvent {
  TokenNews news = TokenNews::plug_in;
  std::uint8_t tries_left = 0;  ///< of pin_wanted and pin_wrong
  std::string key{};            ///< what the key calls itself; printable, may be empty
};

/// Host to Pi: the PIN of the key in the Pi, typed at the laptop. Asked for by pin_wanted or
/// pin_wrong alone, and good for one try.
struct PinTyped {
  crypto::WipingBytes pin;  ///< 1 to kMaxPin bytes
  /// Number of the TokenEvent that it answers, from 1; the sessions see to it. A PIN that was typed
  /// for a key which was pulled out meanwhile is not for the next one.
  std::uint8_t event{};
};

/// What a laptop needs to use a key that was made elsewhere. No secret: useless without the key.
struct KeyHandle {
  Bytes key;               ///< public key blob, of a sk- type
  Bytes handle;            ///< 1 to kMaxHandle bytes
  std::uint8_t flags = 0;  ///< ssh::sk_flag
  std::string account;     ///< that it was enrolled for
  std::string comment;
  Bytes attestation;  ///< attest::Record, with its challenge; may be empty
  WallTime made{};
};

/// Pi to host, once, before the result of a TokenRequest.
struct TokenMade {
  KeyHandle made;
};

/// Host to Pi, in place of an offer: which keys were touched at the Pi while nobody waited?
struct HandlesRequest {
  std::string account;  ///< empty: all accounts that may be enrolled
};
/// Pi to host, the answer to it and the last message: the latest first, as many as fit.
struct Handles {
  std::vector<KeyHandle> handles;
};
/// The latest of them, in that order, as many as one message takes: at least one, if there is one
/// within its bounds. What is not is left out.
[[nodiscard]] Handles latest_that_fit(std::vector<KeyHandle> handles);

/// Pi to host, in answer to an offer without signature: its attestation alone proves nothing here.
/// The host offers the same key once more, with a signature.
struct SignatureWanted {
  std::string why;  ///< one sentence for a person, printable
};

}  // namespace latchkey::channel
