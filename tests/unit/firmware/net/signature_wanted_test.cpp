// SPDX-License-Identifier: MIT
// Offers with an attestation alone, which may need a signature after all.
#include "tests/unit/firmware/net/net_window.hpp"

using namespace latchkey;
using namespace latchkey::testing;
using Why = roles::PeerGone::Why;

namespace {

channel::Offer attested_offer() {
  auto offer = sample_offer();
  offer.signature.clear();
  offer.attestation = Bytes(700, 8);
  return offer;
}

roles::AskSignature question() {
  roles::AskSignature wanted;
  wanted.why.assign_cut("It leads to no root that this Pi trusts.");
  return wanted;
}

void to_offer(TestHost& host, Monitor& monitor) {
  play(host, monitor, Until::welcomed);
  REQUIRE(host.session().offer(attested_offer()));
  host.flush();
  const auto offer = monitor.expect<roles::OfferArrived>();
  CHECK(offer.signature.bytes().empty());
  CHECK(offer.attestation.bytes() == attested_offer().attestation);
}

}  // namespace

TEST_CASE("an attestation alone is passed on, and answered like a signature") {
  NetProcess net;
  TestHost host(net.port());
  to_offer(host, net.monitor);
  net.monitor.say(sample_answer());
  CHECK(host.expect<channel::Answered>().has_value());
}

TEST_CASE("the signature that the monitor wants comes with another offer") {
  NetProcess net;
  TestHost host(net.port());
  to_offer(host, net.monitor);
  net.monitor.say(question());
  const auto asked = host.expect<channel::SignatureAsked>();
  REQUIRE(asked.has_value());
  CHECK(asked->wanted.why == "It leads to no root that this Pi trusts.");
  auto offer = attested_offer();
  offer.signature = sample_offer().signature;
  REQUIRE(host.session().offer(offer));
  host.flush();
  const auto again = net.monitor.expect<roles::OfferArrived>();
  CHECK(again.signature.bytes() == offer.signature);
  CHECK(again.attestation.bytes() == offer.attestation);
  net.monitor.say(sample_answer());
  CHECK(host.expect<channel::Answered>().has_value());
}

TEST_CASE("who is asked for a signature has a person's time for it, and no more") {
  net::Limits limits;
  limits.machine_step = Millis(150);
  limits.offer = Millis(700);
  NetThread net(limits);
  TestHost host(net.port());
  to_offer(host, net.monitor);
  net.monitor.say(question());
  REQUIRE(host.expect<channel::SignatureAsked>().has_value());
  CHECK_FALSE(wait_readable(host.peer().descriptor(), Millis(300)));
  net.monitor.expect_gone(Why::stalled);
  const auto answered = host.expect<channel::Answered>();
  REQUIRE(answered.has_value());
  CHECK(answered->outcome.code == channel::ResultCode::window_closed);
}

TEST_CASE("a signature is not asked for where one came, nor where nothing was offered") {
  NetProcess net;
  TestHost host(net.port());
  play(host, net.monitor, Until::welcomed);
  net.monitor.say(question());  // crossed nothing, and is ignored
  REQUIRE(host.session().offer(sample_offer()));
  host.flush();
  (void)net.monitor.expect<roles::OfferArrived>();
  net.monitor.say(question());
  net.monitor.expect_gone(Why::broke_protocol);
  const auto answered = host.expect<channel::Answered>();
  REQUIRE(answered.has_value());
  CHECK_FALSE(answered->outcome.ok());
}
