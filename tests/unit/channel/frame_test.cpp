// SPDX-License-Identifier: MIT
#include "core/channel/frame.hpp"

#include <doctest/doctest.h>

#include "core/channel/hello.hpp"
#include "core/channel/refusal.hpp"

using namespace latchkey;
using namespace latchkey::channel;

namespace {

Bytes frame_of(const char* hex) { return from_hex(hex).value(); }

Result<std::optional<Frame>> read(const Bytes& bytes) {
  FrameReader reader;
  reader.receive(bytes);
  return reader.next();
}

Greeting sample_greeting() { return {.versions = {7, 1}, .name = "ada's laptop"}; }

Hello other_hello() {
  Hello hello{.version = 1, .groups = 10, .name = "raspberrypi"};
  hello.nonce.fill(0xc3);
  return hello;
}

/// Whether every truncation and one byte more are refused, and every flip is refused or is read
/// exactly (then writing it again gives the flipped bytes).
template <class Decode>
void check_strict(const Bytes& good, Decode decode) {
  for (std::size_t size = 0; size < good.size(); ++size) {
    CAPTURE(size);
    CHECK_FALSE(decode(ByteView(good).first(size)));
  }
  Bytes longer = good;
  longer.push_back(0);
  CHECK(decode(longer).error().is(Errc::trailing_bytes));
  for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
    Bytes flipped = good;
    flipped[bit / 8] = static_cast<std::uint8_t>(flipped[bit / 8] ^ (1U << (bit % 8)));
    CAPTURE(bit);
    const auto decoded = decode(ByteView(flipped));
    if (decoded) CHECK(*decoded == flipped);
  }
}

}  // namespace

TEST_CASE("frames come out as they went in, in any pieces") {
  Bytes stream;
  put_frame(stream, FrameType::greeting, as_bytes("one"));
  put_frame(stream, FrameType::refuse, {});
  put_frame(stream, FrameType::share_host, Bytes(kMaxFramePayload, 0x41));
  stream.push_back(0x16);  // where TLS begins
  for (std::size_t piece = 1; piece < 20; ++piece) {
    FrameReader reader;
    std::vector<Frame> frames;
    for (std::size_t i = 0; i < stream.size(); i += piece) {
      reader.receive(ByteView(stream).subspan(i, std::min(piece, stream.size() - i)));
      while (frames.size() < 3) {
        auto frame = reader.next().value();
        if (!frame) break;
        frames.push_back(*frame);
      }
    }
    REQUIRE(frames.size() == 3);
    CHECK(as_text(frames[0].payload) == "one");
    CHECK(frames[1].type == FrameType::refuse);
    CHECK(frames[2].payload.size() == kMaxFramePayload);
    CHECK(reader.take_rest() == Bytes{0x16});
    CHECK(reader.take_rest().empty());
  }
}

TEST_CASE("an unknown type is refused at its first byte") {
  for (int type = 0; type < 256; ++type) {
    const auto result = read({static_cast<std::uint8_t>(type)});
    CAPTURE(type);
    if (type >= 1 && type <= 7) {
      CHECK_FALSE(result.value());
    } else {
      CHECK(result.error().is(Errc::malformed));
    }
  }
}

TEST_CASE("a frame that claims too much is refused before it is there") {
  CHECK_FALSE(read(frame_of("010400")).value());
  CHECK(read(frame_of("010401")).error().is(Errc::too_large));
  CHECK(read(frame_of("01ffff")).error().is(Errc::too_large));
}

TEST_CASE("greetings are read strictly") {
  const auto good = encode(sample_greeting()).value();
  const auto decoded = decode_greeting(good).value();
  CHECK(decoded.versions == sample_greeting().versions);
  CHECK(decoded.name == sample_greeting().name);
  check_strict(good, [](ByteView payload) -> Result<Bytes> {
    auto greeting = decode_greeting(payload);
    if (!greeting) return fail(std::move(greeting));
    return encode(*greeting);
  });
}

TEST_CASE("hellos are read strictly") {
  const auto good = encode(other_hello()).value();
  const auto decoded = decode_hello(good).value();
  CHECK(decoded.groups == 10);
  CHECK(decoded.nonce == other_hello().nonce);
  CHECK(decoded.name == other_hello().name);
  check_strict(good, [](ByteView payload) -> Result<Bytes> {
    auto hello = decode_hello(payload);
    if (!hello) return fail(std::move(hello));
    return encode(*hello);
  });
}

TEST_CASE("refusals are read strictly") {
  const Refusal refusal{RefusalReason::wrong_code, 2};
  CHECK(decode_refusal(encode(refusal)).value() == refusal);
  CHECK(decode_refusal(Bytes{0, 0}).error().is(Errc::malformed));
  CHECK(decode_refusal(Bytes{11, 0}).error().is(Errc::malformed));
  check_strict(encode(refusal), [](ByteView payload) -> Result<Bytes> {
    auto decoded = decode_refusal(payload);
    if (!decoded) return fail(std::move(decoded));
    return encode(*decoded);
  });
}

TEST_CASE("a greeting names one to eight versions") {
  CHECK_FALSE(encode(Greeting{.versions = {}, .name = ""}));
  CHECK(encode(Greeting{.versions = std::vector<std::uint16_t>(8, 1), .name = ""}));
  CHECK_FALSE(encode(Greeting{.versions = std::vector<std::uint16_t>(9, 1), .name = ""}));
  const auto none = from_hex("6c617463686b65790000").value();
  CHECK(decode_greeting(none).error().is(Errc::malformed));
  const auto nine = from_hex("6c617463686b657909" + std::string(36, '0') + "00").value();
  CHECK(decode_greeting(nine).error().is(Errc::malformed));
}

TEST_CASE("names are short and printable, or refused") {
  auto hello = other_hello();
  hello.name = std::string(64, 'x');
  CHECK(decode_hello(encode(hello).value()));
  hello.name += 'x';
  CHECK(encode(hello).error().is(Errc::too_large));
  // NOLINTNEXTLINE(misc-misleading-bidirectional): that is what is refused
  for (const char* name : {"a\nb", "\x1b[2J", "\xff", "a\x7f", "\xe2\x80\xae"}) {
    hello.name = name;
    CHECK(encode(hello).error().is(Errc::malformed));
    // By hand, since ours does not write it.
    auto payload = encode(other_hello()).value();
    payload.resize(payload.size() - other_hello().name.size() - 1);
    payload.push_back(static_cast<std::uint8_t>(hello.name.size()));
    payload.insert(payload.end(), hello.name.begin(), hello.name.end());
    CHECK(decode_hello(payload).error().is(Errc::malformed));
  }
}

TEST_CASE("a code has eight groups, or ten, of one to five blinks") {
  CHECK(is_code("12345123", 8));
  CHECK(is_code("1234512345", 10));
  CHECK_FALSE(is_code("1234512", 8));
  CHECK_FALSE(is_code("123451234", 8));
  CHECK_FALSE(is_code("12345120", 8));
  CHECK_FALSE(is_code("12345126", 8));
  CHECK_FALSE(is_code("1234512 ", 8));
  CHECK_FALSE(is_code("", 8));
}
