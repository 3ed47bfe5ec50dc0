// SPDX-License-Identifier: MIT
// A client that asks again and again until somebody touches the key, as all of them do.
#include "tests/unit/hal/fido/u2f/key_fixture.hpp"

using namespace latchkey;
using namespace latchkey::fido::sim;
using namespace latchkey::fido::sim::test;

namespace {

/// "U2F register 6985, U2F register 9000"
std::string told(const History& history) {
  std::string text;
  for (const auto& event : history.events) {
    if (!text.empty()) text += ", ";
    text += event.what + ' ' +
            to_hex(Bytes{static_cast<std::uint8_t>(event.status >> 8U),
                         static_cast<std::uint8_t>(event.status)});
  }
  return text;
}

void poll(Key& key, ByteView request, int times) {
  for (int i = 0; i < times; ++i) {
    CHECK(key.refusal(request) == 0x6985);
    key.now += Millis{100};
  }
}

}  // namespace

TEST_CASE("a hundred polls and a touch are one touch asked, one given and two events") {
  Key key;
  key.reply = Reply::never;
  poll(key, register_request(), 100);
  CHECK(key.asked == 100);
  CHECK(key.history.touches_asked == 1);
  CHECK(key.history.touches_given == 0);
  CHECK(key.session.u2f_request.has_value());
  key.reply = Reply::yes;
  const auto data = key.data(register_request());
  CHECK(key.history.touches_asked == 1);
  CHECK(key.history.touches_given == 1);
  CHECK(key.history.signatures == 1);
  CHECK_FALSE(key.session.u2f_request.has_value());
  CHECK(told(key.history) == "U2F register 6985, U2F register 9000");
  CHECK(key.history.events[1].at == Instant{Millis{10'000}});
}

TEST_CASE("a request that is touched at once is one touch asked and one event") {
  Key key;
  const auto handle = key.handle(kApplication);
  for (int i = 0; i < 3; ++i) CHECK_FALSE(key.data(authenticate_request(handle)).empty());
  CHECK(key.history.touches_asked == 3);
  CHECK(key.history.touches_given == 3);
  CHECK(told(key.history) == "U2F authenticate 9000, U2F authenticate 9000, U2F authenticate 9000");
}

TEST_CASE("another request, and the same after a pause, are requests of their own") {
  Key key;
  key.reply = Reply::no;
  const auto handle = key.handle(kApplication);
  poll(key, register_request(), 5);
  poll(key, authenticate_request(handle), 5);
  CHECK(key.history.touches_asked == 2);
  key.now += kU2fPatience - Millis{101};
  poll(key, authenticate_request(handle), 1);
  CHECK(key.history.touches_asked == 2);
  key.now += kU2fPatience - Millis{100};
  poll(key, authenticate_request(handle), 1);
  CHECK(key.history.touches_asked == 3);
  CHECK(key.history.touches_given == 0);
  CHECK(told(key.history) == "U2F register 6985, U2F authenticate 6985, U2F authenticate 6985");
}

TEST_CASE("a check between two polls is an event, and no request for a touch") {
  Key key;
  key.reply = Reply::never;
  const auto handle = key.handle(kApplication);
  poll(key, register_request(), 2);
  poll(key, authenticate_request(handle, kCheckOnly), 2);
  poll(key, register_request(), 2);
  CHECK(key.history.touches_asked == 1);
  CHECK(told(key.history) == "U2F register 6985, U2F check 6985, U2F check 6985");
}

TEST_CASE("what cannot be understood is an event as well") {
  Key key;
  CHECK(key.refusal({}) == 0x6700);
  CHECK(key.refusal(extended(0x42, 0, {})) == 0x6D00);
  CHECK(key.refusal(extended(kVersion, 0, Bytes(1))) == 0x6700);
  CHECK(told(key.history) == "U2F unknown 6700, U2F unknown 6d00, U2F version 6700");
}

TEST_CASE("the history keeps the latest events") {
  Key key;
  for (std::size_t i = 0; i < kMaxEvents; ++i) CHECK(key.refusal({}) == 0x6700);
  CHECK(as_text(key.data(extended(kVersion, 0, {}))) == "U2F_V2");
  CHECK(key.history.events.size() == kMaxEvents);
  CHECK(key.history.events.back().what == "U2F version");
}
