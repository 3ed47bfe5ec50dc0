// SPDX-License-Identifier: MIT
// The real latchkey-net between hosts and a monitor that the test plays.
#include <dirent.h>
#include <fstream>
#include <string>

#include "tests/unit/firmware/net/net_window.hpp"

using namespace latchkey;
using namespace latchkey::testing;
using Why = roles::PeerGone::Why;
using channel::RefusalReason;

TEST_CASE("a host enrols from greeting to verdict") {
  NetProcess net;
  TestHost host(net.port());
  host.flush();
  const auto greeted = net.monitor.expect<roles::PeerGreeted>();
  CHECK(greeted.peer == 1);
  CHECK(greeted.name.view() == "laptop");
  CHECK(greeted.address.view() == "127.0.0.1");

  net.monitor.use_code(greeted.peer);
  const auto helloed = host.expect<channel::Helloed>();
  REQUIRE(helloed.has_value());
  CHECK(helloed->hello.name == "raspberrypi");
  CHECK(helloed->hello.groups == 8);
  REQUIRE(host.session().enter_code(kCode));
  host.flush();
  (void)net.monitor.expect<roles::ShareWanted>();
  net.monitor.say(roles::ReleaseShare{});

  const auto welcomed = host.expect<channel::Welcomed>();
  (void)net.monitor.expect<roles::CodeProved>();
  net.monitor.say(roles::StopAccepting{});
  REQUIRE(welcomed.has_value());
  CHECK(welcomed->welcome.challenge[0] == 9);
  CHECK(welcomed->welcome.host_keys == std::vector<Bytes>{Bytes(51, 7)});
  CHECK(welcomed->welcome.hardware == attest::HardwareRule::prefer);

  REQUIRE(host.session().offer(sample_offer()));
  host.flush();
  const auto offer = net.monitor.expect<roles::OfferArrived>();
  CHECK(offer.account.view() == "pi");
  CHECK(offer.key.bytes() == sample_offer().key);
  CHECK(offer.comment.view() == "ann@laptop");
  CHECK(offer.limits.limits() == sample_offer().limits);
  CHECK(offer.signature.bytes() == sample_offer().signature);
  CHECK(offer.attestation.bytes().empty());
  net.monitor.say(sample_answer());
  const auto answered = host.expect<channel::Answered>();
  REQUIRE(answered.has_value());
  CHECK(answered->outcome.path == "/home/pi/.ssh/authorized_keys");
  CHECK(answered->outcome.log_position == 12);
  CHECK(answered->outcome.hardware == "Test Key, attested by Test Root");

  REQUIRE(host.session().verdict({true}));
  host.flush();
  CHECK(net.monitor.expect<roles::VerdictArrived>().logged_in == 1);
  net.monitor.say(sample_answer());
  CHECK(host.expect<channel::Answered>().has_value());
  host.peer().close();
  net.monitor.expect_gone(Why::left);

  CHECK_FALSE(RawPeer(net.port()).connected());  // since StopAccepting nobody listens
  net.process.close_channel();
  CHECK(net.process.wait_for_end() == 0);
}

TEST_CASE("a wrong code is told to the monitor, and its reason to the host") {
  NetProcess net;
  TestHost host(net.port());
  play(host, net.monitor, Until::helloed);
  REQUIRE(host.session().enter_code("54321543"));
  host.flush();
  (void)net.monitor.expect<roles::ShareWanted>();
  net.monitor.say(roles::ReleaseShare{});
  CHECK_FALSE(host.next_event(Millis(1)).has_value());  // passes its confirmation on
  while (net.monitor.hears_nothing()) (void)host.next_event(Millis(10));
  (void)net.monitor.expect<roles::CodeWrong>();
  net.monitor.refuse(RefusalReason::wrong_code, 2);
  const auto refused = host.expect<channel::Refused>();
  REQUIRE(refused.has_value());
  CHECK(refused->refusal == channel::Refusal{RefusalReason::wrong_code, 2});
  CHECK(host.peer().ends_within());

  // Refused by the monitor: no PeerGone, and the next one is served.
  TestHost next(net.port());
  play(next, net.monitor, Until::answered);
}

TEST_CASE("the share does not leave before the monitor has put the guess on record") {
  NetProcess net;
  TestHost host(net.port());
  play(host, net.monitor, Until::share_wanted);
  CHECK_FALSE(wait_readable(host.peer().descriptor(), Millis(100)));
  net.monitor.say(roles::ReleaseShare{});
  CHECK(wait_readable(host.peer().descriptor()));
}

TEST_CASE("a silent connection is no peer, and is dropped while another one enrols") {
  NetProcess net;
  RawPeer silent(net.port());
  REQUIRE(silent.connected());
  TestHost host(net.port());
  play(host, net.monitor, Until::answered);
  const net::Limits limits;
  CHECK(silent.ends_within(limits.greeting + Millis(3'000)));
  CHECK(net.monitor.hears_nothing());
}

TEST_CASE("two peers that have greeted are both reported, and refused together") {
  NetProcess net;
  TestHost first(net.port());
  play(first, net.monitor, Until::helloed);
  TestHost second(net.port());
  second.flush();
  const auto greeted = net.monitor.expect<roles::PeerGreeted>();
  CHECK(greeted.peer == 2);
  net.monitor.refuse(RefusalReason::overlap);
  for (auto* host : {&first, &second}) {
    const auto refused = host->expect<channel::Refused>();
    REQUIRE(refused.has_value());
    CHECK(refused->refusal.reason == RefusalReason::overlap);
    CHECK(host->peer().ends_within());
  }
  net.monitor.expect_gone(Why::left);  // of the second: its greeting had no answer yet
  CHECK(net.monitor.hears_nothing());
}

TEST_CASE("a code for a peer that has left does not reach the next one") {
  NetProcess net;
  {
    TestHost gone(net.port());
    play(gone, net.monitor, Until::greeted);
  }
  net.monitor.expect_gone(Why::left);
  TestHost next(net.port());
  next.flush();
  const auto greeted = net.monitor.expect<roles::PeerGreeted>();
  CHECK(greeted.peer == 2);
  net.monitor.use_code(1, "11111111");
  net.monitor.use_code(2);
  REQUIRE(next.expect<channel::Helloed>().has_value());
  REQUIRE(next.session().enter_code(kCode));
  next.flush();
  (void)net.monitor.expect<roles::ShareWanted>();
  net.monitor.say(roles::ReleaseShare{});
  CHECK(next.expect<channel::Welcomed>().has_value());
}

TEST_CASE("who leaves after any message is reported once") {
  for (const auto until : {Until::greeted, Until::helloed, Until::share_wanted, Until::released,
                           Until::welcomed, Until::offered, Until::answered}) {
    CAPTURE(static_cast<int>(until));
    NetProcess net;
    {
      TestHost host(net.port());
      play(host, net.monitor, until);
    }
    net.monitor.expect_gone(Why::left);
    TestHost next(net.port());
    play(next, net.monitor, Until::greeted);  // still serving, and nothing else was said
  }
}

TEST_CASE("when the monitor goes the process ends at once, whatever it is doing") {
  for (const auto until : {Until::greeted, Until::share_wanted, Until::offered}) {
    NetProcess net;
    TestHost host(net.port());
    play(host, net.monitor, until);
    net.process.close_channel();
    CHECK(net.process.wait_for_end(Millis(5'000)) == 0);
    CHECK(host.peer().ends_within(Millis(5'000)));
  }
}

TEST_CASE("what the monitor said before it went is delivered") {
  for (int round = 0; round < 10; ++round) {
    NetProcess net;
    TestHost host(net.port());
    SUBCASE("a reason") {
      play(host, net.monitor, Until::helloed);
      net.monitor.refuse(RefusalReason::window_closed);
      net.process.close_channel();
      CHECK(host.expect<channel::Refused>().has_value());
    }
    SUBCASE("a result") {
      play(host, net.monitor, Until::offered);
      net.monitor.say(sample_answer());
      net.monitor.say(roles::DropPeer{});
      net.process.close_channel();
      CHECK(host.expect<channel::Answered>().has_value());
    }
    CHECK(net.process.wait_for_end() == 0);
  }
}

TEST_CASE("a dropped peer is gone without further word, whatever it was doing") {
  for (const auto until : {Until::helloed, Until::share_wanted, Until::released, Until::welcomed,
                           Until::offered, Until::answered}) {
    CAPTURE(static_cast<int>(until));
    NetProcess net;
    TestHost host(net.port());
    play(host, net.monitor, until);
    net.monitor.say(roles::DropPeer{});
    CHECK(host.peer().ends_within(Millis(5'000)));
    TestHost next(net.port());
    play(next, net.monitor, Until::greeted);
  }
}

TEST_CASE("a monitor that makes no sense ends the process") {
  SUBCASE("another first message") {
    RoleProcess net({LATCHKEY_NET, {}, {}, false});
    REQUIRE(net.channel().send(roles::ToNet(roles::ReleaseShare{})));
    CHECK(net.wait_for_end() == 2);
  }
  SUBCASE("a count beyond its array") {
    RoleProcess net({LATCHKEY_NET, {}, {}, false});
    auto window = sample_window();
    window.account_count = roles::kMaxAccounts + 1;
    REQUIRE(net.channel().send(roles::ToNet(window)));
    CHECK(net.wait_for_end() == 2);
  }
  SUBCASE("a second window") {
    NetProcess net;
    net.monitor.say(sample_window());
    CHECK(net.process.wait_for_end() == 2);
  }
  SUBCASE("a packet that is no message") {
    NetProcess net;
    REQUIRE(net.process.channel().send_packet(Bytes(77, 1)));
    CHECK(net.process.wait_for_end() == 2);
  }
  SUBCASE("nothing at all") {
    RoleProcess net({LATCHKEY_NET, {}, {}, false});
    net.close_channel();
    CHECK(net.wait_for_end() == 2);
  }
}

TEST_CASE("orders that come too early or too late change nothing") {
  NetProcess net;
  {
    TestHost gone(net.port());
    play(gone, net.monitor, Until::share_wanted);
  }
  net.monitor.expect_gone(Why::left);
  const auto say_stale_orders = [&] {
    net.monitor.say(roles::ReleaseShare{});
    net.monitor.say(sample_answer());
    net.monitor.use_code(0, "11111111");
    net.monitor.use_code(1, "11111111");
  };
  say_stale_orders();
  TestHost host(net.port());
  play(host, net.monitor, Until::greeted);
  say_stale_orders();
  net.monitor.use_code(2);
  REQUIRE(host.expect<channel::Helloed>().has_value());
  net.monitor.use_code(2, "11111111");
  say_stale_orders();
  REQUIRE(host.session().enter_code(kCode));
  host.flush();
  (void)net.monitor.expect<roles::ShareWanted>();
  net.monitor.say(sample_answer());
  net.monitor.say(roles::ReleaseShare{});
  net.monitor.say(roles::ReleaseShare{});
  CHECK(host.expect<channel::Welcomed>().has_value());
}

TEST_CASE("inside the channel the host hears why it ends") {
  NetProcess net;
  TestHost host(net.port());
  play(host, net.monitor, Until::offered);
  auto reason = RefusalReason::window_closed;
  std::string why = "window was closed";
  SUBCASE("a press") {}
  SUBCASE("a security key in the Pi") {
    reason = RefusalReason::key_in_pi;
    why = "A security key was plugged into the Pi";
  }
  net.monitor.refuse(reason);
  const auto answered = host.expect<channel::Answered>();
  REQUIRE(answered.has_value());
  CHECK(answered->outcome.code == channel::ResultCode::window_closed);
  CHECK(answered->outcome.text.find(why) != std::string::npos);
  CHECK(host.peer().ends_within());
}

TEST_CASE("the process is confined: filtered, not traceable, with few descriptors") {
  NetProcess net;
  TestHost host(net.port());
  play(host, net.monitor, Until::helloed);
  std::ifstream status("/proc/" + std::to_string(net.process.pid()) + "/status");
  const std::string text(std::istreambuf_iterator<char>(status), {});
  CHECK(text.find("Seccomp:\t2") != std::string::npos);
  CHECK(text.find("NoNewPrivs:\t1") != std::string::npos);
}
