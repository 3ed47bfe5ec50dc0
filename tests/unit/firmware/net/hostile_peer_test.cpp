// SPDX-License-Identifier: MIT
// Peers that stall, drip, flood and lie.
#include <sys/socket.h>
#include <vector>

#include "tests/unit/firmware/net/net_window.hpp"

using namespace latchkey;
using namespace latchkey::testing;
using Why = roles::PeerGone::Why;
using channel::RefusalReason;

namespace {

constexpr Millis kShort{150};

net::Limits short_steps() {
  net::Limits limits;
  limits.machine_step = kShort;
  return limits;
}

/// The greeting of an honest host.
Bytes greeting() {
  crypto::SystemRandom random;
  channel::HostSession session("laptop", random);
  return session.take_output();
}

/// Sends a byte every few milliseconds, as long as the other side is there; never sleeps.
bool drip_until_end(RawPeer& peer, ByteView bytes, Millis patience) {
  const auto end = std::chrono::steady_clock::now() + patience;
  std::size_t at = 0;
  while (std::chrono::steady_clock::now() < end) {
    if (at < bytes.size() && !peer.send(bytes.subspan(at, 1))) return true;
    ++at;
    if (peer.ends_within(Millis(20))) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("200 connections at once keep nobody out") {
  NetProcess net;
  std::vector<RawPeer> flood;
  for (int i = 0; i < 200; ++i) flood.emplace_back(net.port());
  TestHost host(net.port());
  play(host, net.monitor, Until::answered);
  for (auto& peer : flood) CHECK(peer.ends_within(Millis(5'000)));
  CHECK(net.monitor.hears_nothing());
}

TEST_CASE("of too many who have not greeted the oldest goes") {
  NetProcess net;
  const net::Limits limits;
  std::vector<RawPeer> waiting;
  for (std::size_t i = 0; i <= limits.ungreeted; ++i) waiting.emplace_back(net.port());
  // Well within the two seconds that a silent connection has.
  CHECK(waiting.front().ends_within(Millis(1'500)));
  CHECK_FALSE(wait_readable(waiting.back().descriptor(), Millis(1)));
}

TEST_CASE("a flood of greetings is reported up to a bound, and the rest is told to wait") {
  NetProcess net;
  const net::Limits limits;
  std::vector<RawPeer> flood;
  for (std::size_t i = 0; i < 12; ++i) {
    flood.emplace_back(net.port());
    REQUIRE(flood.back().send(greeting()));
  }
  for (std::uint32_t i = 1; i <= limits.peers; ++i) {
    CHECK(net.monitor.expect<roles::PeerGreeted>().peer == i);
  }
  for (std::size_t i = limits.peers; i < flood.size(); ++i) CHECK(flood[i].ends_within());
  CHECK(net.monitor.hears_nothing());
}

TEST_CASE("a frame that claims a lot is refused before it arrives") {
  NetProcess net;
  for (const auto& claim :
       std::vector<Bytes>{Bytes(16, 0xff), Bytes(65'536, 0xff), Bytes(65'536, 0x00)}) {
    RawPeer peer(net.port());
    (void)peer.send(claim);
    CHECK(peer.ends_within());
  }
  // A legal first frame, then one of 64 KiB and more.
  RawPeer greeted(net.port());
  REQUIRE(greeted.send(greeting()));
  (void)net.monitor.expect<roles::PeerGreeted>();
  REQUIRE(greeted.send(Bytes{0x02, 0xff, 0xff, 0xff, 0xff}));
  net.monitor.expect_gone(Why::broke_protocol);
  CHECK(greeted.ends_within());
}

TEST_CASE("a greeting that drips in does not get more time") {
  NetProcess net;
  RawPeer peer(net.port());
  const auto whole = greeting();
  const auto start = std::chrono::steady_clock::now();
  CHECK(drip_until_end(peer, ByteView(whole).first(whole.size() - 1), Millis(6'000)));
  CHECK(std::chrono::steady_clock::now() - start > Millis(1'500));
  CHECK(net.monitor.hears_nothing());
}

TEST_CASE("who stalls in a machine's step is dropped and told why") {
  NetThread net(short_steps());
  TestHost host(net.port());
  play(host, net.monitor, Until::released);
  // The Pi's share is there; this host never confirms.
  net.monitor.expect_gone(Why::stalled);
  channel::RefusalReason reason{};
  while (const auto event = host.next_event()) {
    if (const auto* refused = std::get_if<channel::Refused>(&*event)) {
      reason = refused->refusal.reason;
    }
  }
  CHECK(reason == RefusalReason::timed_out);
}

TEST_CASE("a confirmation that drips in does not get more time") {
  NetThread net(short_steps());
  TestHost host(net.port());
  play(host, net.monitor, Until::released);
  const auto share = host.peer().receive();
  host.session().receive(share);
  const auto confirmation = host.session().take_output();
  REQUIRE(confirmation.size() > 100);
  CHECK(drip_until_end(host.peer(), confirmation, Millis(3'000)));
  // With the ClientHello behind it, the code may have been proved in time: that is one step more.
  auto heard = net.monitor.hear();
  if (heard && std::holds_alternative<roles::CodeProved>(*heard)) heard = net.monitor.hear();
  REQUIRE(heard.has_value());
  CHECK(std::get<roles::PeerGone>(*heard).why == Why::stalled);
}

TEST_CASE("a handshake that stops half way is dropped") {
  NetThread net(short_steps());
  TestHost host(net.port());
  play(host, net.monitor, Until::released);
  host.session().receive(host.peer().receive());
  host.flush();  // confirmation and ClientHello, and then nothing
  (void)net.monitor.expect<roles::CodeProved>();
  net.monitor.expect_gone(Why::stalled);
  CHECK(host.peer().ends_within());
}

TEST_CASE("a person's step has more time than a machine's") {
  net::Limits limits = short_steps();
  limits.offer = Millis(700);
  NetThread net(limits);
  TestHost host(net.port());
  play(host, net.monitor, Until::welcomed);
  CHECK_FALSE(wait_readable(host.peer().descriptor(), 2 * kShort));
  SUBCASE("and uses it") {
    REQUIRE(host.session().offer(sample_offer()));
    host.flush();
    (void)net.monitor.expect<roles::OfferArrived>();
  }
  SUBCASE("but not for ever") {
    net.monitor.expect_gone(Why::stalled);
    const auto answered = host.expect<channel::Answered>();
    REQUIRE(answered.has_value());
    CHECK(answered->outcome.code == channel::ResultCode::window_closed);
  }
}

TEST_CASE("a host without a verdict is let go") {
  net::Limits limits;
  limits.verdict = kShort;
  NetThread net(limits);
  TestHost host(net.port());
  play(host, net.monitor, Until::answered);
  net.monitor.expect_gone(Why::stalled);
}

TEST_CASE("a refused peer that does not close is closed") {
  NetThread net(short_steps());
  TestHost host(net.port());
  play(host, net.monitor, Until::helloed);
  net.monitor.refuse(RefusalReason::timed_out);
  REQUIRE(host.expect<channel::Refused>().has_value());
  REQUIRE(host.peer().ends_within());
  // We keep our half open: net still closes its own, and then sending fails.
  CHECK(drip_until_end(host.peer(), Bytes(1'000, 1), Millis(5'000)));
}

TEST_CASE("a host that talks without end is cut off") {
  SUBCASE("before the channel") {
    NetProcess net;
    TestHost host(net.port());
    play(host, net.monitor, Until::share_wanted);
    for (int i = 0; i < 40; ++i) {
      if (!host.peer().send(Bytes(4'096, 0))) break;
    }
    net.monitor.expect_gone(Why::broke_protocol);
  }
  SUBCASE("inside it") {
    NetProcess net;
    TestHost host(net.port());
    play(host, net.monitor, Until::offered);
    for (int i = 0; i < 40; ++i) {
      if (!host.peer().send(Bytes(4'096, 0))) break;
    }
    net.monitor.expect_gone(Why::broke_protocol);
  }
}

TEST_CASE("a second offer breaks the protocol") {
  NetProcess net;
  TestHost host(net.port());
  play(host, net.monitor, Until::welcomed);
  REQUIRE(host.session().offer(sample_offer()));
  host.flush();
  (void)net.monitor.expect<roles::OfferArrived>();
  CHECK_FALSE(host.session().offer(sample_offer()).has_value());
  REQUIRE(
      host.peer().send(Bytes{0x17, 0x03, 0x03, 0x00, 0x20}));  // a record that was not made by us
  REQUIRE(host.peer().send(Bytes(32, 1)));
  net.monitor.expect_gone(Why::broke_protocol);
}

TEST_CASE("an account longer than any is answered, and never reaches the monitor") {
  NetProcess net;
  TestHost host(net.port());
  play(host, net.monitor, Until::welcomed);
  auto offer = sample_offer();
  offer.account = std::string(roles::kMaxAccount + 1, 'a');
  REQUIRE(host.session().offer(offer));
  const auto answered = host.expect<channel::Answered>();
  REQUIRE(answered.has_value());
  CHECK(answered->outcome.code == channel::ResultCode::bad_request);
  net.monitor.expect_gone(Why::broke_protocol);
}
