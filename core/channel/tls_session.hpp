// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include "core/crypto/random.hpp"
#include "core/crypto/secret.hpp"
#include "core/crypto/wiping_allocator.hpp"

namespace latchkey::channel {

inline constexpr const char* kPskIdentity = "latchkey";
using Psk = crypto::Secret<32>;

/// The TLS key: HKDF-SHA256 over SPAKE2's Ke.
[[nodiscard]] Result<Psk> derive_psk(const crypto::Secret<16>& key);

/// One end of a TLS 1.2 session, sans I/O: TLS_ECDHE_PSK_WITH_CHACHA20_POLY1305_SHA256 over
/// secp256r1 and nothing else; no tickets, no resumption, no renegotiation.
///
/// Any error ends the session: every later call fails with Errc::closed. An alert for the peer
/// may be left in the output. Errc::unauthenticated: a MAC or the PSK does not hold. Errc::closed:
/// the peer ended it. Errc::malformed: it is not this TLS. Errc::crypto, Errc::entropy: a fault of
/// our own.
class TlsSession final {
 public:
  enum class Role { client, server };

  /// `random` must outlive this. A client's first flight is in the output at once.
  [[nodiscard]] static Result<TlsSession> open(Role role, const Psk& psk, crypto::Random& random);
  ~TlsSession();
  TlsSession(TlsSession&&) noexcept;
  TlsSession& operator=(TlsSession&&) noexcept;
  TlsSession(const TlsSession&) = delete;
  TlsSession& operator=(const TlsSession&) = delete;

  /// Takes bytes from the network, in any pieces, and goes as far as they reach.
  [[nodiscard]] Result<void> receive(ByteView bytes);
  /// Encrypts, after the handshake; Errc::out_of_order before, which ends nothing.
  [[nodiscard]] Result<void> send(ByteView plaintext);
  /// Tells the peer that this is the end. Nothing follows.
  void close();

  [[nodiscard]] bool established() const noexcept;
  /// What to send to the network, and what arrived for the layer above.
  [[nodiscard]] Bytes take_output();
  [[nodiscard]] crypto::WipingBytes take_plaintext();

 private:
  struct State;
  explicit TlsSession(std::unique_ptr<State> state) noexcept;
  std::unique_ptr<State> state_;
};

}  // namespace latchkey::channel
