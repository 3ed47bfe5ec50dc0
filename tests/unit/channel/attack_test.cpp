// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <algorithm>

#include "core/channel/frame.hpp"
#include "core/channel/spake2.hpp"
#include "core/channel/tls_session.hpp"
#include "core/crypto/constant_time.hpp"
#include "tests/unit/channel/bare_end.hpp"

// What a stranger on the network tries: guessing, changing, cutting, repeating, pretending.
using namespace latchkey;
using namespace latchkey::channel;
using namespace latchkey::channel::test;

namespace {

bool authenticated(const Conversation& talk) {
  return talk.welcome || talk.offered || talk.judged || !talk.outcomes.empty();
}

Bytes flipped(const Bytes& bytes, std::size_t bit) {
  Bytes out = bytes;
  out[bit / 8] = static_cast<std::uint8_t>(out[bit / 8] ^ (1U << (bit % 8)));
  return out;
}

/// Runs a conversation in which flight `number` of `side` (0: the first) goes through `change`.
template <class Change>
void tamper(Conversation& talk, Side side, std::size_t number, Change change) {
  std::size_t host_flights = 0;
  std::size_t pi_flights = 0;
  talk.on_flight = [&](Side from, Bytes& flight) {
    auto& count = from == Side::host ? host_flights : pi_flights;
    if (from == side && count == number) change(flight);
    ++count;
  };
  talk.run();
}

std::vector<HostEvent> events_of(HostSession& host) {
  std::vector<HostEvent> events;
  while (auto event = host.next_event()) events.push_back(std::move(*event));
  return events;
}

std::vector<PiEvent> events_of(PiSession& pi) {
  std::vector<PiEvent> events;
  while (auto event = pi.next_event()) events.push_back(std::move(*event));
  return events;
}

Bytes frame(FrameType type, ByteView payload) {
  Bytes out;
  put_frame(out, type, payload);
  return out;
}

/// A host session that has entered its code against a false Pi; its share is in the output.
HostSession prepared_host(SeededRandom& random) {
  HostSession host("ada's laptop", random);
  host.receive(frame(FrameType::hello, encode(sample_hello()).value()));
  REQUIRE(events_of(host).size() == 1);
  REQUIRE(host.enter_code("12345123"));
  (void)host.take_output();
  return host;
}

/// The one event a broken session leaves behind.
void check_broken(HostSession& host, Errc code) {
  const auto events = events_of(host);
  REQUIRE(events.size() == 1);
  const auto* broken = std::get_if<Broken>(events.data());
  REQUIRE(broken != nullptr);
  CHECK(broken->error.is(code));
}

void check_broken(PiSession& pi, Errc code) {
  const auto events = events_of(pi);
  REQUIRE_FALSE(events.empty());
  const auto* broken = std::get_if<PeerBroken>(&events.back());
  REQUIRE(broken != nullptr);
  CHECK(broken->error.is(code));
}

}  // namespace

TEST_CASE("a wrong code is known to the Pi, and the host is told how many are left") {
  Conversation talk;
  talk.host_code = "12345124";
  talk.run();
  CHECK(talk.code_wrong);
  CHECK_FALSE(talk.code_proved);
  CHECK_FALSE(authenticated(talk));
  REQUIRE(talk.refusal);
  CHECK(*talk.refusal == Refusal{RefusalReason::wrong_code, 2});
  CHECK_FALSE(talk.host_error);
  CHECK_FALSE(talk.pi_error);
}

TEST_CASE("to a wrong code the Pi answers nothing that helps to guess another") {
  Conversation talk;
  talk.host_code = "12345124";
  talk.run();
  // hello, its share, and two bytes of refusal: no confirmation of its own.
  REQUIRE(talk.from_pi.size() == 3);
  CHECK(talk.from_pi[2] == frame(FrameType::refuse, encode(*talk.refusal)));
}

TEST_CASE("no single bit of the clear frames can be flipped") {
  Conversation honest;
  honest.run();
  // Greeting and hello: every bit. Shares and confirmations: one in each byte here, since their
  // own tests flip every bit; behind a confirmation TLS begins.
  constexpr std::size_t kConfirmFrame = 35;
  for (const Side side : {Side::host, Side::pi}) {
    const auto& flights = side == Side::host ? honest.from_host : honest.from_pi;
    for (std::size_t number = 0; number < 3; ++number) {
      const auto size = number == 2 ? kConfirmFrame : flights[number].size();
      for (std::size_t bit = 0; bit < size * 8; bit += number == 0 ? 1 : 9) {
        CAPTURE(static_cast<int>(side));
        CAPTURE(number);
        CAPTURE(bit);
        Conversation talk;
        tamper(talk, side, number, [&](Bytes& flight) { flight = flipped(flight, bit); });
        CHECK_FALSE(authenticated(talk));
        // Only the Pi may believe for a moment that all is well, when its own confirmation is hit.
        if (!(side == Side::pi && number == 2)) CHECK_FALSE(talk.code_proved);
      }
    }
  }
}

TEST_CASE("no flight can be cut short") {
  Conversation honest;
  honest.run();
  for (const Side side : {Side::host, Side::pi}) {
    const auto& flights = side == Side::host ? honest.from_host : honest.from_pi;
    for (std::size_t number = 0; number < flights.size(); ++number) {
      for (std::size_t size = 0; size < flights[number].size(); size += number < 2 ? 3 : 29) {
        CAPTURE(static_cast<int>(side));
        CAPTURE(number);
        CAPTURE(size);
        Conversation talk;
        tamper(talk, side, number, [&](Bytes& flight) { flight.resize(size); });
        CHECK(talk.outcomes.size() < 2);
        CHECK(talk.outcomes.size() <= (number < 4 ? 0U : 1U));
      }
    }
  }
}

TEST_CASE("no bit of the TLS records can be flipped") {
  Conversation honest;
  honest.run();
  // Which flights hold how many clear bytes before TLS begins; and one byte that means nothing:
  // the record version in front of the first ClientHello (RFC 5246, appendix E.1).
  for (const Side side : {Side::host, Side::pi}) {
    const auto& flights = side == Side::host ? honest.from_host : honest.from_pi;
    for (std::size_t number = 2; number < flights.size(); ++number) {
      const std::size_t start = number == 2 ? 35 : 0;
      for (std::size_t byte = start; byte < flights[number].size();
           byte += byte < start + 8 ? 1 : 5) {
        const auto bit = byte * 8 + byte % 8;  // all eight positions in turn
        CAPTURE(static_cast<int>(side));
        CAPTURE(number);
        CAPTURE(bit);
        Conversation talk;
        tamper(talk, side, number, [&](Bytes& flight) { flight = flipped(flight, bit); });
        const bool complete = talk.outcomes.size() == 2;
        if (complete) {
          // It meant the same: every byte the two sides agreed on is what honest sides agree on.
          CHECK(number == 2);
          CHECK(byte < start + 3);
          CHECK(talk.offered->signature == sample_offer().signature);
        } else {
          CHECK(talk.outcomes.size() <= (number < 5 ? 0U : 1U));
        }
      }
    }
  }
}

TEST_CASE("a flipped bit in a whole record ends both sessions") {
  Conversation talk;
  tamper(talk, Side::host, 4, [](Bytes& flight) { flight.back() ^= 1U; });
  REQUIRE(talk.pi_error);
  CHECK(talk.pi_error->is(Errc::unauthenticated));
  REQUIRE(talk.host_error);
  CHECK(talk.host_error->is(Errc::closed));
  CHECK_FALSE(talk.offered);
}

TEST_CASE("a recorded session cannot be played again") {
  Conversation honest;
  honest.run();
  // To the Pi: a new window has another nonce, and even within one its share is another.
  SeededRandom random(99);
  PiSession pi(random);
  bool proved = false;
  bool wrong = false;
  for (const auto& flight : honest.from_host) {
    pi.receive(flight);
    for (const auto& event : events_of(pi)) {
      if (std::holds_alternative<Greeted>(event)) REQUIRE(pi.start(sample_hello(), "12345123"));
      if (std::holds_alternative<ShareWanted>(event)) REQUIRE(pi.release_share());
      proved = proved || std::holds_alternative<CodeProved>(event);
      wrong = wrong || std::holds_alternative<CodeWrong>(event);
    }
  }
  CHECK_FALSE(proved);
  CHECK(wrong);

  // And to the host.
  SeededRandom other(98);
  HostSession host("ada's laptop", other);
  std::vector<HostEvent> events;
  for (const auto& flight : honest.from_pi) {
    host.receive(flight);
    for (auto& event : events_of(host)) {
      if (std::holds_alternative<Helloed>(event)) REQUIRE(host.enter_code("12345123"));
      events.push_back(std::move(event));
    }
  }
  REQUIRE(events.size() == 2);
  REQUIRE(std::holds_alternative<Broken>(events[1]));
  CHECK(std::get<Broken>(events[1]).error.is(Errc::unauthenticated));
}

TEST_CASE("a false Pi, without the code, gets no confirmation right") {
  SeededRandom random(3);
  auto host = prepared_host(random);
  SeededRandom pi_random(4);
  const auto password = [&] { return password_scalar("54321543", sample_hello().nonce).value(); };
  auto pi =
      Spake2::begin(Party::b, {}, password(), p256::random_scalar(pi_random).value(), pi_random)
          .value();
  host.receive(frame(FrameType::share_pi, pi.share()));
  CHECK(events_of(host).empty());
  const auto confirm = host.take_output();
  REQUIRE(confirm.size() > 35);
  // It plays the host's own confirmation back, as the best that it has.
  host.receive(frame(FrameType::confirm_pi, ByteView(confirm).subspan(3, 32)));
  check_broken(host, Errc::unauthenticated);
}

TEST_CASE("a machine in the middle that knows no code can only pass bytes on") {
  // It puts its own share in place of the Pi's: the host's confirmation is then worth nothing to
  // the Pi, and it cannot make one.
  Conversation talk;
  SeededRandom random(5);
  tamper(talk, Side::pi, 1, [&](Bytes& flight) {
    auto mine = Spake2::begin(Party::b, {}, password_scalar("11111111", {}).value(),
                              p256::random_scalar(random).value(), random)
                    .value();
    flight = frame(FrameType::share_pi, mine.share());
  });
  CHECK(talk.code_wrong);
  CHECK_FALSE(authenticated(talk));
}

TEST_CASE("a reflected share is refused by the host, whatever follows") {
  SeededRandom random(3);
  HostSession host("ada's laptop", random);
  host.receive(frame(FrameType::hello, encode(sample_hello()).value()));
  REQUIRE(events_of(host).size() == 1);
  REQUIRE(host.enter_code("12345123"));
  const auto greeting_and_share = host.take_output();
  const auto share = ByteView(greeting_and_share).last(p256::kPointSize);
  host.receive(frame(FrameType::share_pi, share));
  check_broken(host, Errc::refused);
}

TEST_CASE("a share that is no point is refused before it can cost a guess") {
  for (const auto& share : {Bytes(65, 0), Bytes(65, 4), Bytes(64, 4), Bytes{}, Bytes(1, 0)}) {
    SeededRandom random(3);
    PiSession pi(random);
    HostSession host("h", random);
    pi.receive(host.take_output());
    REQUIRE(pi.start(sample_hello(), "12345123"));
    (void)pi.take_output();
    pi.receive(frame(FrameType::share_host, share));
    check_broken(pi, Errc::malformed);
    CHECK(pi.take_output() == frame(FrameType::refuse, encode(Refusal{RefusalReason::malformed})));
    CHECK(pi.release_share().error().is(Errc::out_of_order));
  }
}

TEST_CASE("two sides without a version in common say so, both") {
  SeededRandom random(3);
  PiSession pi(random);
  pi.receive(
      frame(FrameType::greeting, encode(Greeting{.versions = {2, 3}, .name = "new"}).value()));
  check_broken(pi, Errc::version_mismatch);
  HostSession host("h", random);
  host.receive(pi.take_output());
  const auto events = events_of(host);
  REQUIRE(events.size() == 1);
  CHECK(std::get<Refused>(events[0]).refusal.reason == RefusalReason::version_mismatch);

  auto hello = sample_hello();
  hello.version = 2;
  HostSession other("h", random);
  other.receive(frame(FrameType::hello, encode(hello).value()));
  check_broken(other, Errc::version_mismatch);
}

TEST_CASE("what does not greet is no peer, and is told nothing") {
  for (const char* text :
       {"GET / HTTP/1.1\r\n", "SSH-2.0-OpenSSH\r\n", "\x16\x03\x01\x02", "\xff"}) {
    SeededRandom random(3);
    PiSession pi(random);
    pi.receive(as_bytes(text));
    check_broken(pi, Errc::malformed);
    CHECK(pi.take_output().empty());
  }
  SeededRandom random(3);
  PiSession pi(random);
  pi.receive(frame(FrameType::share_host, Bytes(65, 4)));
  check_broken(pi, Errc::out_of_order);
  CHECK(pi.take_output().empty());
}

TEST_CASE("half a greeting is no event: its time is its owner's business") {
  SeededRandom random(3);
  HostSession host("h", random);
  const auto greeting = host.take_output();
  PiSession pi(random);
  for (std::size_t i = 0; i + 1 < greeting.size(); ++i) {
    pi.receive(ByteView(greeting).subspan(i, 1));
    CHECK_FALSE(pi.next_event());
  }
  pi.receive(ByteView(greeting).last(1));
  CHECK(events_of(pi).size() == 1);
}

TEST_CASE("frames out of their order end the session") {
  for (int type = 1; type <= 7; ++type) {
    if (type == static_cast<int>(FrameType::share_host)) continue;
    SeededRandom random(3);
    HostSession host("h", random);
    PiSession pi(random);
    pi.receive(host.take_output());
    REQUIRE(pi.start(sample_hello(), "12345123"));
    CAPTURE(type);
    pi.receive(frame(static_cast<FrameType>(type), Bytes(32, 0)));
    check_broken(pi, Errc::out_of_order);
  }
  for (int type = 1; type <= 6; ++type) {
    if (type == static_cast<int>(FrameType::share_pi)) continue;
    SeededRandom random(3);
    auto host = prepared_host(random);
    CAPTURE(type);
    host.receive(frame(static_cast<FrameType>(type), Bytes(32, 0)));
    check_broken(host, Errc::out_of_order);
  }
}

TEST_CASE("a host that does not wait for its turn is dropped") {
  SeededRandom random(3);
  HostSession host("h", random);
  const auto greeting = host.take_output();
  PiSession pi(random);
  pi.receive(greeting);
  pi.receive(greeting);  // before the owner started
  check_broken(pi, Errc::out_of_order);
}

TEST_CASE("a claim of 4 GiB inside the channel ends it") {
  // The record is authentic, only what it says is absurd.
  SeededRandom random(3);
  HostSession host("ada's laptop", random);
  BarePi pi(host);
  pi.send_raw(Bytes{0xff, 0xff, 0xff, 0xff});
  check_broken(host, Errc::too_large);
}
