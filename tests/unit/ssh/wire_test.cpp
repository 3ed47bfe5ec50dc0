// SPDX-License-Identifier: MIT
#include "core/ssh/wire.hpp"

#include <doctest/doctest.h>

using namespace latchkey;
using namespace latchkey::ssh;

namespace {

Bytes hex(std::string_view text) { return from_hex(text).value(); }

Result<Bytes> read_mpint(std::string_view text) {
  const auto bytes = hex(text);
  Reader in(bytes, "a number");
  auto number = to_bytes(in.mpint());
  if (auto end = in.end(); !end) return fail(std::move(end));
  return number;
}

}  // namespace

TEST_CASE("what the writer writes the reader reads") {
  Writer out;
  out.uint8(1).uint32(0x01020304).uint64(0x1122334455667788).string("text").raw(hex("aabb"));
  CHECK(to_hex(out.bytes()) ==
        "01010203041122334455667788"
        "0000000474657874"
        "aabb");
  Reader in(out.bytes(), "a test");
  CHECK(in.uint8() == 1);
  CHECK(in.uint32() == 0x01020304U);
  CHECK(in.uint64() == 0x1122334455667788U);
  CHECK(as_text(in.string()) == "text");
  CHECK(to_bytes(in.raw(2)) == hex("aabb"));
  CHECK(in.end());
}

TEST_CASE("numbers follow the examples of RFC 4251") {
  CHECK(read_mpint("00000000").value().empty());
  CHECK(read_mpint("0000000809a378f9b2e332a7").value() == hex("09a378f9b2e332a7"));
  CHECK(read_mpint("000000020080").value() == hex("80"));
  CHECK(Writer().mpint(hex("000000")).bytes() == hex("00000000"));
  CHECK(Writer().mpint(hex("0080")).bytes() == hex("000000020080"));
  CHECK(Writer().mpint(hex("09a378f9b2e332a7")).bytes() == hex("0000000809a378f9b2e332a7"));
}

TEST_CASE("negative numbers and needless zeroes are refused") {
  CHECK(read_mpint("00000002edcc").error().is(Errc::malformed));
  CHECK(read_mpint("0000000100").error().is(Errc::malformed));
  CHECK(read_mpint("000000020001").error().is(Errc::malformed));
  CHECK(read_mpint("00000003000080").error().is(Errc::malformed));
}

TEST_CASE("a length beyond the end, up to 4 GiB, is cut short and nothing else") {
  for (const auto* text : {"", "000000", "00000001", "ffffffff61", "0000000561616161"}) {
    const auto bytes = hex(text);
    Reader in(bytes, "a string");
    CHECK(in.string().empty());
    CHECK(in.end().error().is(Errc::truncated));
  }
}

TEST_CASE("the first failure sticks and all that follows reads as nothing") {
  const auto bytes =
      hex("0000000161"
          "0000000162"
          "00000003"
          "ffffff");
  Reader in(bytes, "a test");
  CHECK(as_text(in.string(1)) == "a");
  CHECK(in.string(0).empty());
  CHECK(in.uint32() == 0);
  CHECK(in.mpint().empty());
  CHECK(in.raw(0).empty());
  in.reject(Errc::malformed);
  CHECK(in.end().error().is(Errc::too_large));
  CHECK(in.end().error().message() == "a test: too large");
}

TEST_CASE("left-over bytes are an error at the end, not before") {
  const auto bytes = hex("0102");
  Reader in(bytes, "a test");
  CHECK(in.uint8() == 1);
  CHECK(in.status());
  CHECK(in.end().error().is(Errc::trailing_bytes));
  CHECK(in.rest().size() == 1);
}
