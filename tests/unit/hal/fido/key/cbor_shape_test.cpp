// SPDX-License-Identifier: MIT
#include "hal/fido/libfido2/cbor_shape.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace latchkey;
using namespace latchkey::fido;

namespace {

std::optional<std::size_t> size_of(const std::string& hex) {
  return cbor_item_size(from_hex(hex).value());
}

}  // namespace

TEST_CASE("An item's size is that of all that is in it, and what follows does not count") {
  struct Row {
    std::string hex;
    std::size_t size;
  };
  const Row rows[]{{"00", 1},         {"1818", 2},         {"1b0000000000000001", 9},
                   {"20", 1},         {"43010203", 4},     {"6161", 2},
                   {"80", 1},         {"8200820102", 5},   {"a10102", 3},
                   {"a201020304", 5}, {"f5", 1},           {"f97e00", 3},
                   {"c100", 2},       {"580401020304", 6}, {"1900ff", 3},
                   {"a1814100f6", 5}, {"9800", 2},         {"fb3ff0000000000000", 9}};
  for (const auto& row : rows) {
    CAPTURE(row.hex);
    CHECK(size_of(row.hex) == row.size);
    CHECK(size_of(row.hex + "ff") == row.size);
    for (std::size_t cut = 0; cut < row.size; ++cut) {
      CHECK_FALSE(size_of(row.hex.substr(0, 2 * cut)).has_value());
    }
  }
}

TEST_CASE("What claims more than is there is no item, however much") {
  for (const char* hex :
       {"81", "a1", "a100", "9a7fffffff", "9bffffffffffffffff", "ba7fffffff", "bbffffffffffffffff",
        "bb8000000000000000", "5bffffffffffffffff", "7affffffff", "82009a7fffffff"}) {
    CAPTURE(std::string(hex));
    CHECK_FALSE(size_of(hex).has_value());
  }
}

TEST_CASE("Indefinite lengths and reserved heads are no items") {
  for (const char* hex : {"9fff", "bfff", "5fff", "7fff", "ff", "1c", "1d", "1e", "1f", "fc"}) {
    CAPTURE(std::string(hex));
    CHECK_FALSE(size_of(hex).has_value());
  }
}

TEST_CASE("Nesting has an end") {
  std::string deep = "00";
  for (int depth = 0; depth < 8; ++depth) deep.insert(0, "81");
  CHECK(size_of(deep) == 9);
  deep.insert(0, "81");
  CHECK_FALSE(size_of(deep).has_value());
}
