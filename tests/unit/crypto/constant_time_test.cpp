// SPDX-License-Identifier: MIT
#include "core/crypto/constant_time.hpp"

#include <doctest/doctest.h>

using namespace latchkey;

TEST_CASE("only the same bytes are equal") {
  const Bytes one(32, 0x5a);
  CHECK(crypto::equal(one, Bytes(32, 0x5a)));
  CHECK(crypto::equal({}, {}));
  CHECK_FALSE(crypto::equal(one, Bytes(31, 0x5a)));
  CHECK_FALSE(crypto::equal(one, {}));
}

TEST_CASE("every single differing bit is seen") {
  const Bytes one(32, 0x5a);
  for (std::size_t bit = 0; bit < one.size() * 8; ++bit) {
    Bytes other = one;
    other[bit / 8] = static_cast<std::uint8_t>(other[bit / 8] ^ (1U << (bit % 8)));
    CAPTURE(bit);
    CHECK_FALSE(crypto::equal(one, other));
  }
}
