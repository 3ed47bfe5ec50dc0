// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <span>

#include "core/crypto/random.hpp"
#include "core/crypto/secret.hpp"

/// Arithmetic on NIST P-256 (RFC 5480 secp256r1), over mbedTLS. Points are uncompressed SEC 1
/// octets (0x04, x, y); none is ever the identity, and each function refuses an argument that is
/// not on the curve with Errc::malformed. Errc::crypto and Errc::entropy: the library failed.
namespace latchkey::channel::p256 {

inline constexpr std::size_t kPointSize = 65;
using Point = crypto::Secret<kPointSize>;
using PointView = std::span<const std::uint8_t, kPointSize>;
using Scalar = crypto::Secret<32>;  ///< big-endian, 1 to n - 1

/// `wide` modulo the order n of the group; Errc::refused if that is 0.
[[nodiscard]] Result<Scalar> reduce(ByteView wide);

/// A uniform scalar from 1 to n - 1.
[[nodiscard]] Result<Scalar> random_scalar(crypto::Random& random);

[[nodiscard]] Result<void> check(PointView point);

/// scalar * point, and scalar * G. `random` blinds the multiplication.
[[nodiscard]] Result<Point> multiply(const Scalar& scalar, PointView point, crypto::Random& random);
[[nodiscard]] Result<Point> multiply_base(const Scalar& scalar, crypto::Random& random);

/// Errc::refused if the result is the identity.
[[nodiscard]] Result<Point> add(PointView left, PointView right);
[[nodiscard]] Result<Point> subtract(PointView left, PointView right);

}  // namespace latchkey::channel::p256
