// SPDX-License-Identifier: MIT
#include "hal/fido/sim/cbor/value.hpp"

#include <doctest/doctest.h>

using namespace latchkey;
using namespace latchkey::fido::sim;

namespace {

Bytes hex(std::string_view text) { return from_hex(text).value(); }

Result<Value> decoding(std::string_view text) { return Value::decode(hex(text)); }

struct Row {
  std::string_view cbor;
  Value value;
};

/// RFC 8949, appendix A, as far as CTAP2 goes.
const std::vector<Row>& examples() {
  static const std::vector<Row> rows{
      {"00", 0},
      {"01", 1},
      {"0a", 10},
      {"17", 23},
      {"1818", 24},
      {"1819", 25},
      {"1864", 100},
      {"1903e8", 1000},
      {"1a000f4240", 1000000},
      {"1b000000e8d4a51000", std::int64_t{1000000000000}},
      {"20", -1},
      {"29", -10},
      {"3863", -100},
      {"3903e7", -1000},
      {"f4", false},
      {"f5", true},
      {"40", Bytes{}},
      {"4401020304", Bytes{1, 2, 3, 4}},
      {"60", ""},
      {"6161", "a"},
      {"6449455446", "IETF"},
      {"62225c", "\"\\"},
      {"62c3bc", "\u00fc"},
      {"63e6b0b4", "\u6c34"},
      {"64f0908591", "\U00010151"},
      {"80", Value::Array{}},
      {"83010203", Value::Array{1, 2, 3}},
      {"8301820203820405", Value::Array{1, Value::Array{2, 3}, Value::Array{4, 5}}},
      {"98190102030405060708090a0b0c0d0e0f101112131415161718181819",
       Value::Array{1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13,
                    14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25}},
      {"a0", Value::Map{}},
      {"a201020304", Value::Map{{1, 2}, {3, 4}}},
      {"a26161016162820203", Value::Map{{"a", 1}, {"b", Value::Array{2, 3}}}},
      {"826161a161626163", Value::Array{"a", Value::Map{{"b", "c"}}}},
      {"a56161614161626142616361436164614461656145",
       Value::Map{{"a", "A"}, {"b", "B"}, {"c", "C"}, {"d", "D"}, {"e", "E"}}},
  };
  return rows;
}

/// A request as a client sends one, with every kind of item in it.
const Bytes& request() {
  static const auto bytes =
      Value(Value::Map{{1, Bytes(32, 0x5A)},
                       {2, Value::Map{{"id", "ssh:"}, {"name", "latchkey"}}},
                       {3, Value::Map{{"id", Bytes(24, 0)}, {"name", "\u00e9"}}},
                       {4, Value::Array{Value::Map{{"alg", -8}, {"type", "public-key"}}}},
                       {7, Value::Map{{"rk", true}, {"uv", false}}},
                       {9, 300}})
          .encode();
  return bytes;
}

}  // namespace

TEST_CASE("values are written and read as in RFC 8949, appendix A") {
  for (const auto& [cbor, value] : examples()) {
    CAPTURE(cbor);
    CHECK(to_hex(value.encode()) == cbor);
    const auto read = decoding(cbor);
    REQUIRE(read);
    CHECK(*read == value);
  }
}

TEST_CASE("the ends of the integers make a round trip, and what lies beyond is refused") {
  for (const auto number : {INT64_MIN, INT64_MAX, std::int64_t{-257}, std::int64_t{65536}}) {
    const auto read = Value::decode(Value(number).encode());
    REQUIRE(read);
    CHECK(read->number() == number);
  }
  CHECK(to_hex(Value(INT64_MIN).encode()) == "3b7fffffffffffffff");
  CHECK(decoding("1b8000000000000000").error().is(Errc::too_large));
  CHECK(decoding("3b8000000000000000").error().is(Errc::too_large));
}

TEST_CASE("keys are written by kind, then length, then bytes, in whatever order they came") {
  const Value::Map keys{{"aa", 7}, {"b", 6}, {"", 5},  {-24, 4}, {-1, 3}, {256, 2},
                        {24, 1},   {10, 0},  {-25, 0}, {"a", 0}, {2, 0},  {100, 0}};
  CHECK(to_hex(Value(keys).encode()) ==
        "ac02000a001818011864001901000220033704381800600561610061620662616107");
  const Value::Map lengths{{"long one", 1}, {"z", 2}};
  CHECK(to_hex(Value(lengths).encode()) == "a2617a02686c6f6e67206f6e6501");
}

TEST_CASE("an item answers to its own kind alone") {
  const Value items[] = {7, true, Bytes{1}, "text", Value::Array{1}, Value::Map{{1, 2}}};
  for (std::size_t i = 0; i < std::size(items); ++i) {
    CAPTURE(i);
    CHECK(items[i].number().has_value() == (i == 0));
    CHECK(items[i].truth().has_value() == (i == 1));
    CHECK((items[i].bytes() != nullptr) == (i == 2));
    CHECK((items[i].text() != nullptr) == (i == 3));
    CHECK((items[i].array() != nullptr) == (i == 4));
    CHECK((items[i].map() != nullptr) == (i == 5));
    CHECK((items[i].find(1) != nullptr) == (i == 5));
  }
  CHECK(items[5].find(1)->number() == 2);
  CHECK(items[5].find(2) == nullptr);
  CHECK(items[5].find("1") == nullptr);
}

TEST_CASE("what is not canonical is refused") {
  const std::pair<std::string_view, const char*> rows[] = {
      {"1800", "a head longer than needed"},
      {"1817", "a head longer than needed"},
      {"1900ff", "a head longer than needed"},
      {"1a0000ffff", "a head longer than needed"},
      {"1b00000000ffffffff", "a head longer than needed"},
      {"3817", "a negative head longer than needed"},
      {"580100", "a string's head longer than needed"},
      {"7800", "a text's head longer than needed"},
      {"9800", "an array's head longer than needed"},
      {"b800", "a map's head longer than needed"},
      {"f814", "false in two bytes"},
      {"a203040102", "numbers out of order"},
      {"a2616201616102", "texts out of order"},
      {"a220010002", "kinds out of order"},
      {"a262616101616202", "a longer key before a shorter"},
      {"a201020103", "a key twice"},
      {"a2616101616102", "a text key twice"},
      {"1c", "a reserved head"},
      {"61ff", "text that is not UTF-8"},
      {"62c328", "text that is not UTF-8"},
      {"63eda080", "a surrogate"},
      {"a161ff01", "a key that is not UTF-8"},
  };
  for (const auto& [text, why] : rows) {
    CAPTURE(why);
    const auto read = decoding(text);
    REQUIRE_FALSE(read);
    CHECK(read.error().is(Errc::malformed));
  }
}

TEST_CASE("kinds that CTAP2 does not have are refused") {
  for (const auto* text :
       {"f93c00", "fa47c35000", "fb3ff199999999999a",         // floats
        "f6", "f7", "f0", "f8ff",                             // null, undefined, simple values
        "c001", "d74401020304",                               // tags
        "5f4101ff", "7f6161ff", "9f01ff", "bf0102ff", "ff",   // indefinite lengths
        "a14001", "a1f401", "a18001", "a1a001", "8201f6"}) {  // keys that are neither
    CAPTURE(text);
    CHECK_FALSE(decoding(text));
  }
  CHECK(decoding("f93c00").error().is(Errc::unsupported));
  CHECK(decoding("c001").error().is(Errc::unsupported));
  CHECK(decoding("9f01ff").error().is(Errc::unsupported));
  CHECK(decoding("a14001").error().is(Errc::unsupported));
}

TEST_CASE("arrays and maps nest four deep and no deeper") {
  CHECK(decoding("8181818101"));
  CHECK(decoding("a101a101a101a10102"));
  CHECK(decoding("8181818180").error().is(Errc::too_large));
  CHECK(decoding("a101a101a101a101a0").error().is(Errc::too_large));
  CHECK(Value::decode(Bytes(100'000, 0x81)).error().is(Errc::too_large));
}

TEST_CASE("one item, and nothing behind it") {
  CHECK(Value::decode({}).error().is(Errc::truncated));
  CHECK(decoding("0000").error().is(Errc::trailing_bytes));
  CHECK(decoding("a0a0").error().is(Errc::trailing_bytes));
}

TEST_CASE("lengths that no bytes follow cost nothing") {
  for (const auto* text : {"5b7fffffffffffffff", "7b7fffffffffffffff", "9b7fffffffffffffff",
                           "bb7fffffffffffffff", "9bffffffffffffffff", "5bffffffffffffffff"}) {
    CAPTURE(text);
    CHECK_FALSE(decoding(text));
  }
}

TEST_CASE("each truncation is refused") {
  const auto& whole = request();
  REQUIRE(Value::decode(whole));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    CAPTURE(size);
    const auto read = Value::decode(ByteView(whole).first(size));
    REQUIRE_FALSE(read);
    CHECK(read.error().is(Errc::truncated));
  }
}

TEST_CASE("each flipped bit is refused, or read as the other value that it is") {
  const auto whole = Value::decode(request()).value();
  std::size_t refused = 0;
  for (std::size_t bit = 0; bit < request().size() * 8; ++bit) {
    CAPTURE(bit);
    auto flipped = request();
    flipped[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    const auto read = Value::decode(flipped);
    if (!read) {
      ++refused;
      continue;
    }
    CHECK(read->encode() == flipped);
    CHECK_FALSE(*read == whole);
  }
  CHECK(refused > 100);
}
