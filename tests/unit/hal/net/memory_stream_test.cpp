// SPDX-License-Identifier: MIT
#include "hal/net/sim/memory_stream.hpp"

#include <doctest/doctest.h>
#include <poll.h>
#include <string>

#include "hal/net/sim/scripted_dialer.hpp"
#include "hal/net/sim/stream_door.hpp"

using namespace latchkey;
using namespace latchkey::net;

namespace {

constexpr Instant kWhenever{};

bool readable(const ByteStream& stream) {
  pollfd polled{stream.descriptor(), POLLIN, 0};
  return ::poll(&polled, 1, 0) == 1;
}

std::string text_of(const Result<Bytes>& bytes) { return std::string(as_text(bytes.value())); }

}  // namespace

TEST_CASE("what one end writes the other end reads") {
  auto pair = make_memory_pair().value();
  REQUIRE(pair.first->write_all(as_bytes("to"), kWhenever).has_value());
  REQUIRE(pair.second->write_all(as_bytes("fro"), kWhenever).has_value());
  CHECK(text_of(pair.second->read_some(10, kWhenever)) == "to");
  CHECK(text_of(pair.first->read_some(2, kWhenever)) == "fr");
  CHECK(text_of(pair.first->read_some(2, kWhenever)) == "o");
  CHECK(pair.first->read_some(2, kWhenever).error().is(Errc::timed_out));
}

TEST_CASE("the descriptor is readable exactly while a read would not wait") {
  auto pair = make_memory_pair().value();
  CHECK_FALSE(readable(*pair.second));
  REQUIRE(pair.first->write_all(as_bytes("ab"), kWhenever).has_value());
  CHECK(readable(*pair.second));
  (void)pair.second->read_some(1, kWhenever);
  CHECK(readable(*pair.second));
  (void)pair.second->read_some(1, kWhenever);
  CHECK_FALSE(readable(*pair.second));
  pair.first->close();
  CHECK(readable(*pair.second));
}

TEST_CASE("what was written before the end can still be read, then it is closed") {
  auto pair = make_memory_pair().value();
  REQUIRE(pair.first->write_all(as_bytes("last"), kWhenever).has_value());
  pair.first.reset();
  CHECK(text_of(pair.second->read_some(10, kWhenever)) == "last");
  CHECK(pair.second->read_some(10, kWhenever).error().is(Errc::closed));
  CHECK(pair.second->write_all(as_bytes("x"), kWhenever).error().is(Errc::closed));
}

TEST_CASE("a scripted end answers within the write of the other") {
  auto pair = make_memory_pair().value();
  auto& pi = *pair.second;
  StreamDoor(pi).on_arrival([&pi] {
    if (auto got = pi.read_some(10, kWhenever)) (void)pi.write_all(*got, kWhenever);
  });
  REQUIRE(pair.first->write_all(as_bytes("echo"), kWhenever).has_value());
  CHECK(text_of(pair.first->read_some(10, kWhenever)) == "echo");
}

TEST_CASE("the back door chops, breaks and looks") {
  auto pair = make_memory_pair().value();
  StreamDoor door(*pair.second);
  REQUIRE(pair.first->write_all(as_bytes("abc"), kWhenever).has_value());
  CHECK(door.waiting() == 3);
  door.chop(1);
  CHECK(text_of(pair.second->read_some(10, kWhenever)) == "a");
  door.break_with(Error{make_error_code(Errc::outside), "cable cut"});
  CHECK(pair.second->read_some(10, kWhenever).error().is(Errc::outside));
  CHECK(pair.second->write_all(as_bytes("x"), kWhenever).error().is(Errc::outside));
}

TEST_CASE("a scripted dialer gives its answers in order, then refuses") {
  ScriptedDialer dialer;
  auto pair = make_memory_pair().value();
  dialer.expect_failure(Error{make_error_code(Errc::timed_out), "connecting"})
      .expect([&pair]() -> Result<std::unique_ptr<ByteStream>> { return std::move(pair.first); });
  CHECK(dialer.dial("pi", 1, kWhenever).error().is(Errc::timed_out));
  CHECK_FALSE(dialer.all_answered());
  CHECK(dialer.dial("pi", 2, kWhenever).has_value());
  CHECK(dialer.all_answered());
  CHECK(dialer.dial("pi", 3, kWhenever).error().code == std::errc::connection_refused);
  CHECK(dialer.history() == std::vector<ScriptedDialer::Call>{{"pi", 1}, {"pi", 2}, {"pi", 3}});
}
