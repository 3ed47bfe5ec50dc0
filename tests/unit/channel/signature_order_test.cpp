// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include "tests/unit/channel/bare_end.hpp"
#include "tests/unit/channel/ends.hpp"

// Offers that come with an attestation alone, and the signature that may be wanted for them.
using namespace latchkey;
using namespace latchkey::channel;
using namespace latchkey::channel::test;

namespace {

Offer signed_again() {
  auto offer = attested_offer();
  offer.signature = sample_offer().signature;
  return offer;
}

}  // namespace

TEST_CASE("an attestation alone may be enough") {
  Ends ends;
  ends.to_offer();
  REQUIRE(ends.host.offer(attested_offer()));
  pump(ends.host, ends.pi);
  const auto offered = expect<Offered>(ends.pi);
  REQUIRE(offered);
  CHECK(offered->offer.signature.empty());
  CHECK(offered->offer.attestation == attested_offer().attestation);
  REQUIRE(ends.pi.answer(sample_outcome()));
  pump(ends.host, ends.pi);
  REQUIRE(expect<Answered>(ends.host));
  CHECK(ends.host.verdict({true}));
}

TEST_CASE("a signature that is wanted comes with the second offer, which is answered") {
  Ends ends;
  ends.to_offer();
  REQUIRE(ends.host.offer(attested_offer()));
  pump(ends.host, ends.pi);
  REQUIRE(expect<Offered>(ends.pi));
  CHECK_FALSE(ends.pi.awaits_offer());
  REQUIRE(ends.pi.want_signature({"It leads to no root that this Pi trusts."}));
  CHECK(ends.pi.awaits_offer());
  pump(ends.host, ends.pi);
  const auto asked = expect<SignatureAsked>(ends.host);
  REQUIRE(asked);
  CHECK(asked->wanted.why == "It leads to no root that this Pi trusts.");
  REQUIRE(ends.host.offer(signed_again()));
  pump(ends.host, ends.pi);
  const auto offered = expect<Offered>(ends.pi);
  REQUIRE(offered);
  CHECK(offered->offer.signature == sample_offer().signature);
  CHECK_FALSE(ends.pi.awaits_offer());
  CHECK(out_of_order(ends.pi.want_signature({"again"})));
  REQUIRE(ends.pi.answer(sample_outcome()));
  pump(ends.host, ends.pi);
  CHECK(expect<Answered>(ends.host));
}

TEST_CASE("a signature is wanted only of who sent none") {
  Ends ends;
  ends.to_offer();
  CHECK(out_of_order(ends.pi.want_signature({"early"})));
  REQUIRE(ends.host.offer(signed_again()));
  pump(ends.host, ends.pi);
  REQUIRE(expect<Offered>(ends.pi));
  CHECK(out_of_order(ends.pi.want_signature({"late"})));
  CHECK(ends.pi.answer(sample_outcome()));
}

TEST_CASE("the host's second offer is the same key, signed, or it does not leave") {
  Ends ends;
  ends.to_signature();
  CHECK(ends.host.offer(attested_offer()).error().is(Errc::malformed));
  auto other = signed_again();
  other.key.back() ^= 1;
  CHECK(ends.host.offer(other).error().is(Errc::malformed));
  CHECK(ends.host.take_output().empty());
  CHECK(out_of_order(ends.host.request_token(sample_request())));
  CHECK(out_of_order(ends.host.request_handles({})));
  CHECK(out_of_order(ends.host.verdict({true})));
  CHECK(ends.host.offer(signed_again()));
  CHECK(out_of_order(ends.host.offer(signed_again())));
}

TEST_CASE("the window may end while the signature is being made") {
  Ends ends;
  ends.to_signature();
  REQUIRE(ends.pi.answer(outcome_of(ResultCode::window_closed)));
  pump(ends.host, ends.pi);
  const auto answered = expect<Answered>(ends.host);
  REQUIRE(answered);
  CHECK(answered->outcome.code == ResultCode::window_closed);
  CHECK(out_of_order(ends.host.offer(signed_again())));
}

TEST_CASE("a host that offers another key, or again no signature, breaks the protocol") {
  auto other = signed_again();
  other.key.back() ^= 1;
  for (const auto& second : {attested_offer(), other}) {
    SeededRandom random(3);
    PiSession pi(random);
    BareHost host(pi);
    host.send(attested_offer());
    REQUIRE(expect<Offered>(pi));
    REQUIRE(pi.want_signature({"why"}));
    host.send(second);
    CHECK(broke<PeerBroken>(pi, Errc::out_of_order));
  }
}

TEST_CASE("a host that does not wait until it is asked breaks the protocol") {
  SeededRandom random(3);
  PiSession pi(random);
  BareHost host(pi);
  host.send(attested_offer());
  host.send(signed_again());
  REQUIRE(expect<Offered>(pi));
  CHECK(broke<PeerBroken>(pi, Errc::out_of_order));
}

TEST_CASE("a Pi that wants a signature unasked, twice or of a signed offer breaks the protocol") {
  const SignatureWanted wanted{"why"};
  SUBCASE("before the offer") {
    SeededRandom random(3);
    HostSession host("h", random);
    BarePi pi(host);
    pi.send(sample_welcome());
    REQUIRE(expect<Welcomed>(host));
    pi.send(wanted);
    CHECK(broke<Broken>(host, Errc::out_of_order));
  }
  SUBCASE("of a signed offer") {
    SeededRandom random(3);
    HostSession host("h", random);
    BarePi pi(host);
    pi.send(sample_welcome());
    REQUIRE(expect<Welcomed>(host));
    REQUIRE(host.offer(sample_offer()));
    pi.send(wanted);
    CHECK(broke<Broken>(host, Errc::out_of_order));
  }
  SUBCASE("twice") {
    SeededRandom random(3);
    HostSession host("h", random);
    BarePi pi(host);
    pi.send(sample_welcome());
    REQUIRE(expect<Welcomed>(host));
    REQUIRE(host.offer(attested_offer()));
    pi.send(wanted);
    REQUIRE(expect<SignatureAsked>(host));
    REQUIRE(host.offer(signed_again()));
    pi.send(wanted);
    CHECK(broke<Broken>(host, Errc::out_of_order));
  }
}
