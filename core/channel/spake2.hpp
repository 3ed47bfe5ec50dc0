// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string_view>

#include "core/channel/hello.hpp"
#include "core/channel/p256.hpp"

/// SPAKE2 (RFC 9382), ciphersuite P256-SHA256-HKDF-HMAC. Party A is the host and confirms first,
/// party B is the Pi. Nothing here decides when a share may leave: each one is a guess.
namespace latchkey::channel {

enum class Party { a, b };

struct Identities {
  std::string_view a = "latchkey-host";
  std::string_view b = "latchkey-pi";
};

using Share = std::array<std::uint8_t, p256::kPointSize>;

inline constexpr std::size_t kConfirmationSize = 32;

/// The password scalar w: 48 bytes of HKDF-SHA256 over the code's digits and the window's nonce,
/// modulo n. Errc::refused if that is 0.
[[nodiscard]] Result<p256::Scalar> password_scalar(std::string_view digits,
                                                   const WindowNonce& nonce);

/// What both parties hold at the end. The peer knew the code if and only if it sends
/// `peer_confirmation`; compare with crypto::equal.
struct SharedKeys {
  crypto::Secret<16> key;  ///< Ke
  crypto::Secret<kConfirmationSize> own_confirmation;
  crypto::Secret<kConfirmationSize> peer_confirmation;
};

class Spake2 final {
 public:
  /// `ephemeral` (RFC: x or y) from p256::random_scalar, never used twice. `random` blinds the
  /// multiplications.
  [[nodiscard]] static Result<Spake2> begin(Party party, const Identities& identities,
                                            p256::Scalar password, p256::Scalar ephemeral,
                                            crypto::Random& random);

  /// The share to send (RFC: pA or pB).
  [[nodiscard]] const Share& share() const noexcept { return share_; }

  /// The keys, from the peer's share and the additional data that both must agree on. Wipes the
  /// scalars: a second call fails with Errc::out_of_order. A share that is not a point is
  /// Errc::malformed; one that is our own, or that masks to the identity, Errc::refused.
  [[nodiscard]] Result<SharedKeys> finish(ByteView peer_share, ByteView additional_data,
                                          crypto::Random& random);

 private:
  struct Scalars {
    p256::Scalar password;
    p256::Scalar ephemeral;
  };
  Spake2(Party party, const Identities& identities, Scalars scalars, const Share& share);

  Party party_;
  std::string identity_a_;
  std::string identity_b_;
  std::optional<Scalars> scalars_;
  Share share_;
};

}  // namespace latchkey::channel
