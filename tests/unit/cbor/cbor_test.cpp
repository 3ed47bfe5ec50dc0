// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <limits>

#include "core/cbor/cbor_reader.hpp"
#include "core/cbor/cbor_writer.hpp"

using namespace latchkey;
using namespace latchkey::cbor;

namespace {

Bytes hex(const std::string& text) { return from_hex(text).value(); }

template <class Read>
Result<void> reading(const std::string& text, Read read) {
  const auto bytes = hex(text);
  CborReader reader(bytes);
  read(reader);
  return reader.end("reading");
}

constexpr std::uint64_t kAny = ~std::uint64_t{0};

Result<void> skipping(const std::string& text) {
  return reading(text, [](CborReader& reader) { reader.skip(); });
}

}  // namespace

TEST_CASE("numbers are those of RFC 8949, appendix A") {
  const std::pair<const char*, std::uint64_t> rows[] = {{"00", 0},
                                                        {"17", 23},
                                                        {"1818", 24},
                                                        {"18ff", 255},
                                                        {"190100", 256},
                                                        {"1a000f4240", 1000000},
                                                        {"1b000000e8d4a51000", 1000000000000},
                                                        {"1bffffffffffffffff", kAny}};
  for (const auto& row : rows) {
    const auto* text = row.first;
    const auto value = row.second;
    CAPTURE(text);
    const auto bytes = hex(text);
    CborReader reader(bytes);
    CHECK(reader.number(kAny) == value);
    CHECK(reader.end("reading"));
    CborWriter writer;
    writer.number(value, kAny);
    CHECK(to_hex(std::move(writer).end("writing", 64).value()) == text);
  }
}

TEST_CASE("integers of either sign are those of RFC 8949, appendix A") {
  constexpr auto kMin = std::numeric_limits<std::int64_t>::min();
  constexpr auto kMax = std::numeric_limits<std::int64_t>::max();
  const std::pair<const char*, std::int64_t> rows[] = {{"00", 0},
                                                       {"0a", 10},
                                                       {"20", -1},
                                                       {"29", -10},
                                                       {"3863", -100},
                                                       {"3903e7", -1000},
                                                       {"390100", -257},
                                                       {"1903e8", 1000},
                                                       {"1b7fffffffffffffff", kMax},
                                                       {"3b7fffffffffffffff", kMin}};
  for (const auto& [text, value] : rows) {
    CAPTURE(text);
    const auto bytes = hex(text);
    CborReader reader(bytes);
    CHECK(reader.integer(kMin, kMax) == value);
    CHECK(reader.end("reading"));
    CborReader narrow(bytes);
    CHECK(narrow.integer(value, value) == value);
    CHECK(narrow.end("reading"));
  }
  const auto integer = [](CborReader& reader) { (void)reader.integer(-8, 8); };
  for (const char* text : {"09", "28", "1b8000000000000000", "3b8000000000000000",
                           "1bffffffffffffffff", "3bffffffffffffffff"}) {
    CAPTURE(text);
    CHECK(reading(text, integer).error().is(Errc::too_large));
  }
  for (const char* text : {"f5", "40", "60", "80", "a0", "3800", "3817", "390017", "f6"}) {
    CAPTURE(text);
    CHECK(reading(text, integer).error().is(Errc::malformed));
  }
}

TEST_CASE("a value has one encoding: longer heads are refused") {
  const auto number = [](CborReader& reader) { (void)reader.number(kAny); };
  for (const char* text :
       {"1800", "1817", "190017", "1900ff", "1a0000ffff", "1b00000000ffffffff"}) {
    CAPTURE(text);
    CHECK(reading(text, number).error().is(Errc::malformed));
  }
  CHECK(reading("580100", [](CborReader& reader) { (void)reader.byte_string(9); })
            .error()
            .is(Errc::malformed));
  CHECK(reading("9800", [](CborReader& reader) { (void)reader.array(9); })
            .error()
            .is(Errc::malformed));
}

TEST_CASE("indefinite lengths, tags, floats and reserved bytes are refused") {
  for (const char* text :
       {"5f41ff40ff", "7f6161ff", "9f00ff", "bf0000ff", "c000", "d90100 00", "f90000", "fa00000000",
        "fb0000000000000000", "ff", "1c", "1f", "f8ff", "fc"}) {
    CAPTURE(text);
    std::string compact(text);
    std::erase(compact, ' ');
    CHECK_FALSE(skipping(compact));
  }
}

TEST_CASE("a length that the bytes do not hold is refused, whatever it claims") {
  for (const char* text : {"41", "5bffffffffffffffff", "7bffffffffffffffff", "7a7fffffff00", "19",
                           "9bffffffffffffffff", "bbffffffffffffffff", "8201", "a100", ""}) {
    CAPTURE(text);
    CHECK(skipping(text).error().is(Errc::truncated));
  }
}

TEST_CASE("unknown values are passed over four deep, no deeper") {
  CHECK(
      skipping("8181"
               "8100"));
  CHECK(skipping("818181"
                 "8100")
            .error()
            .is(Errc::too_large));
  CHECK(skipping("a100a100a10000"));
  CHECK(
      skipping("83f6f7a2206101"
               "21f5"));
  CHECK(skipping("0000").error().is(Errc::trailing_bytes));
}

TEST_CASE("each read enforces its kind and its bound") {
  CHECK(reading("182a", [](CborReader& r) { (void)r.number(41); }).error().is(Errc::too_large));
  CHECK(reading("20", [](CborReader& r) { (void)r.number(41); }).error().is(Errc::malformed));
  CHECK(reading("01", [](CborReader& r) { (void)r.boolean(); }).error().is(Errc::malformed));
  CHECK(reading("f6", [](CborReader& r) { (void)r.boolean(); }).error().is(Errc::malformed));
  CHECK(
      reading("420000", [](CborReader& r) { (void)r.byte_string(1); }).error().is(Errc::too_large));
  CHECK(reading("6161", [](CborReader& r) { (void)r.byte_string(1); }).error().is(Errc::malformed));
  CHECK(reading("626161", [](CborReader& r) { (void)r.text(1); }).error().is(Errc::too_large));
  CHECK(reading("61ff", [](CborReader& r) { (void)r.text(1); }).error().is(Errc::malformed));
  CHECK(reading("610a", [](CborReader& r) { (void)r.text(1); }).error().is(Errc::malformed));
  CHECK(reading("4161", [](CborReader& r) { (void)r.text(1); }).error().is(Errc::malformed));
  CHECK(reading("820000", [](CborReader& r) { (void)r.array(1); }).error().is(Errc::too_large));
  CHECK(reading("a0", [](CborReader& r) { (void)r.array(1); }).error().is(Errc::malformed));
  CHECK(reading("80", [](CborReader& r) { (void)r.map(1); }).error().is(Errc::malformed));
}

TEST_CASE("after an error nothing more is read, and the first error counts") {
  const auto bytes = hex("2001");
  CborReader reader(bytes);
  CHECK(reader.number(1) == 0);
  CHECK(reader.failed());
  CHECK(reader.number(1) == 0);
  CHECK(reader.text(1).empty());
  CHECK(reader.end("reading").error().is(Errc::malformed));
}

TEST_CASE("the writer keeps the same bounds") {
  const auto writing = [](auto write) {
    CborWriter writer;
    write(writer);
    return std::move(writer).end("writing", 8);
  };
  CHECK(writing([](CborWriter& w) { w.number(2, 1); }).error().is(Errc::too_large));
  CHECK(writing([](CborWriter& w) { w.text("ab", 1); }).error().is(Errc::too_large));
  CHECK(writing([](CborWriter& w) { w.text("\n", 1); }).error().is(Errc::malformed));
  CHECK(writing([](CborWriter& w) { w.byte_string(Bytes(2), 1); }).error().is(Errc::too_large));
  CHECK(writing([](CborWriter& w) { w.array(2, 1); }).error().is(Errc::too_large));
  CHECK(writing([](CborWriter& w) { w.byte_string(Bytes(8), 8); }).error().is(Errc::too_large));
  CHECK(to_hex(writing([](CborWriter& w) {
                 w.map(1), w.boolean(false), w.text("a", 9);
               }).value()) == "a1f46161");
}
