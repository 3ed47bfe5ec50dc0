// SPDX-License-Identifier: MIT
#pragma once

#include <doctest/doctest.h>

#include "tests/unit/channel/conversation.hpp"

/// Both sessions, with the test as the owner of each.
namespace latchkey::channel::test {

inline constexpr auto kCode = "12345123";

/// Moves bytes both ways until nothing moves; events stay in their sessions.
inline void pump(HostSession& host, PiSession& pi) {
  for (int round = 0; round < 8; ++round) {
    pi.receive(host.take_output());
    host.receive(pi.take_output());
  }
}

template <class Event, class Session>
std::optional<Event> expect(Session& session) {
  auto event = session.next_event();
  if (!event || !std::holds_alternative<Event>(*event)) return std::nullopt;
  return std::get<Event>(std::move(*event));
}

/// The one event that a broken session leaves behind.
template <class Broken, class Session>
bool broke(Session& session, Errc code) {
  const auto broken = expect<Broken>(session);
  return broken && broken->error.is(code) && !session.next_event();
}

struct Ends {
  SeededRandom host_random{11};
  SeededRandom pi_random{12};
  HostSession host{"h", host_random};
  PiSession pi{pi_random};

  void to_code() {
    pump(host, pi);
    REQUIRE(expect<Greeted>(pi));
    REQUIRE(pi.start(sample_hello(), kCode));
    pump(host, pi);
    REQUIRE(expect<Helloed>(host));
  }
  void to_welcome() {
    to_code();
    REQUIRE(host.enter_code(kCode));
    pump(host, pi);
    REQUIRE(expect<ShareWanted>(pi));
    REQUIRE(pi.release_share());
    pump(host, pi);
    REQUIRE(expect<CodeProved>(pi));
  }
  void to_offer() {
    to_welcome();
    REQUIRE(pi.set_welcome(sample_welcome()));
    pump(host, pi);
    REQUIRE(expect<Welcomed>(host));
  }
  void to_token() {
    to_offer();
    REQUIRE(host.request_token(sample_request()));
    pump(host, pi);
    REQUIRE(expect<TokenAsked>(pi));
  }
  void to_handles() {
    to_offer();
    REQUIRE(host.request_handles({"pi"}));
    pump(host, pi);
    REQUIRE(expect<HandlesAsked>(pi));
  }
  /// An attested offer, and a signature is wanted.
  void to_signature() {
    to_offer();
    REQUIRE(host.offer(attested_offer()));
    pump(host, pi);
    REQUIRE(expect<Offered>(pi));
    REQUIRE(pi.want_signature({"No root here."}));
    pump(host, pi);
    REQUIRE(expect<SignatureAsked>(host));
  }
};

inline bool out_of_order(const Result<void>& result) {
  return !result && result.error().is(Errc::out_of_order);
}

inline Outcome outcome_of(ResultCode code) {
  auto outcome = sample_outcome();
  outcome.code = code;
  return outcome;
}

}  // namespace latchkey::channel::test
