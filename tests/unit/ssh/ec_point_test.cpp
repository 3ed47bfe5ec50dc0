// SPDX-License-Identifier: MIT
#include "core/crypto/ec_point.hpp"

#include <doctest/doctest.h>

#include "tests/unit/ssh/support.hpp"

using namespace latchkey;
using crypto::Curve;
using ssh::test::golden_key;

TEST_CASE("points made by ssh-keygen are on their curve and on no other") {
  const auto small = golden_key("ecdsa256");
  CHECK(crypto::check_ec_point(Curve::p256, small.point()));
  CHECK(crypto::check_ec_point(Curve::p384, golden_key("ecdsa384").point()));
  CHECK(crypto::check_ec_point(Curve::p521, golden_key("ecdsa521").point()));
  CHECK_FALSE(crypto::check_ec_point(Curve::p384, small.point()));
}

TEST_CASE("a point one bit off, compressed, hybrid, infinite or cut short is refused") {
  const auto good = to_bytes(golden_key("ecdsa256").point());
  auto off = good;
  off.back() ^= 1;
  auto compressed = Bytes(good.begin(), good.begin() + 33);
  compressed.front() = static_cast<std::uint8_t>(2 + (good.back() & 1));
  auto hybrid = good;
  hybrid.front() = static_cast<std::uint8_t>(6 + (good.back() & 1));
  Bytes zero(good.size(), 0);
  zero.front() = 4;
  const Bytes beyond_the_prime = [&] {
    Bytes bytes(good.size(), 0xff);
    bytes.front() = 4;
    return bytes;
  }();
  for (const auto& point : {off, compressed, hybrid, zero, beyond_the_prime, Bytes{0}, Bytes{}}) {
    CHECK(crypto::check_ec_point(Curve::p256, point).error().is(Errc::malformed));
  }
}
