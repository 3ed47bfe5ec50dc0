// SPDX-License-Identifier: MIT
// A security key in the Pi that a host asks for, once it has proved the code.
#include <doctest/doctest.h>

#include "core/channel/statement.hpp"
#include "tests/scenario/log_text.hpp"
#include "tests/scenario/token_world.hpp"

using namespace latchkey;
using namespace std::chrono_literals;
using channel::ResultCode;
using channel::TokenNews;
using pairing::Phase;
using scenario::kAdded;
using scenario::kAlreadyThere;
using scenario::kRefused;
using scenario::kRemoved;
using scenario::kType;
using scenario::log_text;
using World = scenario::TokenWorld;

namespace {

std::size_t index_of(const std::vector<roles::ToNet>& told, std::size_t kind) {
  std::size_t i = 0;
  while (i < told.size() && told[i].index() != kind) ++i;
  return i;
}

}  // namespace

TEST_CASE("a key that the host asks for: plugged in, touched, handed over, then the result") {
  World world;
  world.ask();
  CHECK(world.phase() == Phase::key_wanted);
  CHECK(world.led() == "window_open");
  CHECK(world.last_news_is(TokenNews::plug_in));
  const auto* order = world.crew.last_order<roles::MakeKey>();
  REQUIRE(order != nullptr);
  CHECK(order->unattended == 0);
  CHECK(order->user.view() == "sam");
  CHECK(order->challenge == channel::attestation_challenge(order->statement.view()).value());

  world.plug_in("Key One");
  CHECK(world.phase() == Phase::key_wanted);
  world.token_says(roles::TouchWanted{});
  CHECK(world.led() == "touch");
  CHECK(world.last_news_is(TokenNews::touch));
  CHECK(world.reported()->key.view() == "Key One");
  world.key_is_made();
  CHECK(world.crew.count<roles::HandOver>() == 0);  // not before it is worth something
  world.proof_holds(kType);
  CHECK(world.site.asked_address == "192.0.2.7");
  world.writer_says(kAdded, "Added.");

  REQUIRE(world.crew.count<roles::HandOver>() == 1);
  CHECK(index_of(world.crew.told, roles::ToNet(roles::HandOver{}).index()) <
        index_of(world.crew.told, roles::ToNet(roles::AnswerPeer{}).index()));
  const auto made = world.crew.last<roles::HandOver>()->made.key_handle();
  CHECK(as_text(made.handle) == "handle of a key");
  CHECK(made.account == "pi");
  CHECK(made.flags == 1);
  CHECK(as_text(made.attestation) == "attestation and challenge");
  CHECK(made.made == world.clock.wall());
  CHECK(world.answered() == ResultCode::added);
  CHECK(world.handles_kept() == 1);  // until the host has shown that it has it

  SUBCASE("the host cannot write its file") {
    world.net_says(roles::VerdictArrived{0});
    world.writer_says(kRemoved, "Taken out.");
    CHECK(world.answered() == ResultCode::taken_out);
    CHECK(world.handles_kept() == 0);
    world.check_end("undone");
  }
  SUBCASE("the host logs in") {
    world.net_says(roles::VerdictArrived{1});
    CHECK(world.handles_kept() == 0);
    world.advance(61s);
    world.check_end("finished");
  }
  SUBCASE("the host hangs up") {
    world.net_says(roles::PeerGone{});
    CHECK(world.handles_kept() == 0);
    world.advance(61s);
    world.check_end("finished");
  }
  SUBCASE("the host is lost, and nobody knows whether it heard: adopt finds the handle") {
    world.net_says(roles::PeerGone{roles::PeerGone::Why::lost});
    world.advance(61s);
    CHECK(world.handles_kept() == 1);
    world.check_end("finished");
  }
  SUBCASE("the host falls silent") {
    world.advance(61s);
    CHECK(world.handles_kept() == 1);
    world.check_end("finished");
  }
  CHECK(world.crew.count<roles::HandOver>() == 1);
}

TEST_CASE("what the host asks for is what is ordered, for the account by its name") {
  World world;
  world.tap();
  world.prove_code();
  roles::TokenRequested request;
  request.algorithm = channel::TokenAlgorithm::ed25519;
  request.resident = 1;
  request.verify = 1;
  request.existing = 1;
  request.application.assign_cut("ssh:work");
  channel::Limits limits;
  limits.from = "192.0.2.0/24";
  REQUIRE(request.limits.assign(limits));
  world.net_says(request);
  const auto window = std::get<roles::ServeWindow>(world.crew.told.front());
  const auto* order = world.crew.last_order<roles::MakeKey>();
  REQUIRE(order != nullptr);
  CHECK(order->resident == 1);
  CHECK(order->verify == 1);
  CHECK(order->existing == 1);
  CHECK(order->application.view() == "ssh:work");
  CHECK(order->statement.bytes() ==
        channel::enrolment_statement(window.challenge, "pi", limits,
                                     channel::hash_host_keys({}).value()));
  world.plug_in();
  world.key_is_made("a key", "signature");
  const auto question = std::get<roles::ProofQuestion>(world.crew.questions.back());
  CHECK(question.account.view() == "pi");
  CHECK(question.limits.limits() == limits);
  CHECK(as_text(question.signature.view()) == "signature");
}

TEST_CASE("a key that is pulled out is waited for") {
  World world;
  world.ask();
  world.plug_in("Key One");
  world.token_says(roles::TouchWanted{});
  world.token_says(roles::KeyLeft{});
  CHECK(world.phase() == Phase::key_wanted);
  CHECK(world.led() == "window_open");
  CHECK(world.last_news_is(TokenNews::pulled_out));
  CHECK(world.crew.watches_started == 2);  // the window's, and the host's: none anew
  SUBCASE("and comes back") {
    world.plug_in("Key Two");
    world.token_says(roles::TouchWanted{});
    CHECK(world.reported()->key.view() == "Key Two");
    world.key_is_made();
    world.proof_holds(kType);
    world.writer_says(kAdded, "Added.");
    CHECK(world.answered() == ResultCode::added);
  }
  SUBCASE("and does not, until the window's end") {
    world.advance(300s);
    CHECK(world.answered() == ResultCode::window_closed);
    world.check_end("window_ended");
  }
}

TEST_CASE("an attestation that proves nothing costs the host's person a second touch") {
  for (const bool same_key : {true, false}) {
    World world;
    world.ask();
    world.plug_in();
    world.key_is_made();
    world.proof_wants_signature(kType);
    CHECK(world.phase() == Phase::key_wanted);
    CHECK(world.crew.count_ordered<roles::SignStatement>() == 1);
    world.token_says(roles::TouchWanted{});
    CHECK(world.last_news_is(TokenNews::touch));
    world.token_says(roles::PinWanted{0, 3});
    CHECK(world.last_news_is(TokenNews::pin_wanted));
    roles::KeyMade signed_one;
    (void)signed_one.made.key.assign(as_bytes(same_key ? "a key" : "another key"));
    (void)signed_one.made.handle.assign(as_bytes("another handle"));
    (void)signed_one.signature.assign(as_bytes("signature"));
    world.token_says(signed_one);
    if (!same_key) {
      CHECK(world.crew.orders.empty());
      CHECK(world.answered() == ResultCode::internal);
      world.check_end("protocol_violation");
      continue;
    }
    const auto question = std::get<roles::ProofQuestion>(world.crew.questions.back());
    CHECK(as_text(question.signature.view()) == "signature");
    // What was said of it the first time stands.
    CHECK(as_text(question.attestation.view()) == "attestation of a key");
    world.proof_holds(kType);
    world.writer_says(kAdded, "Added.");
    CHECK(as_text(world.crew.last<roles::HandOver>()->made.handle.view()) == "handle of a key");
    CHECK(world.answered() == ResultCode::added);
  }
}

TEST_CASE("what was pulled out while it was checked is waited for, to sign") {
  World world;
  world.ask();
  world.plug_in();
  world.key_is_made();
  world.token_says(roles::KeyLeft{});
  world.proof_wants_signature(kType);
  CHECK(world.phase() == Phase::key_wanted);
  CHECK(world.led() == "window_open");
  CHECK(world.last_news_is(TokenNews::plug_in));
  world.plug_in();
  world.key_is_made("a key", "signature");
  world.proof_holds(kType);
  world.writer_says(kAdded, "Added.");
  CHECK(world.answered() == ResultCode::added);
}

TEST_CASE("what the security key cannot do is the answer") {
  World world;
  world.ask();
  world.plug_in();
  world.token_fails("Its PIN is blocked: only a reset helps.");
  CHECK(world.answered() == ResultCode::token_failed);
  CHECK(world.crew.last<roles::AnswerPeer>()->text.view() ==
        "Its PIN is blocked: only a reset helps.");
  CHECK(world.led() == "refused");
  CHECK(log_text(world).find("Its PIN is blocked") != std::string::npos);
  world.check_end("token_failed");
}

TEST_CASE("what may not be enrolled is refused before anybody has to touch anything") {
  World world;
  world.tap();
  world.prove_code();
  roles::TokenRequested request;
  request.application.assign_cut("ssh:");
  auto code = ResultCode::internal;
  SUBCASE("account") {
    request.account.assign_cut("root");
    code = ResultCode::account_not_allowed;
  }
  SUBCASE("kind") {
    request.algorithm = channel::TokenAlgorithm::ecdsa_p256;
    code = ResultCode::key_type_not_allowed;
  }
  SUBCASE("no such kind") {
    request.algorithm = static_cast<channel::TokenAlgorithm>(7);
    code = ResultCode::key_type_not_allowed;
  }
  SUBCASE("application") {
    request.application.assign_cut("https://bank.example");
    code = ResultCode::bad_request;
  }
  world.net_says(request);
  CHECK(world.answered() == code);
  CHECK(world.crew.count<roles::TokenReport>() == 0);
  CHECK(world.crew.count_ordered<roles::MakeKey>() == 0);
  world.check_end("token_failed");
}

TEST_CASE("a policy without security keys refuses the host's wish") {
  config::Config config;
  config.policy.key_types = {"ssh-ed25519"};
  World world(config);
  world.ask();
  CHECK(world.answered() == ResultCode::key_type_not_allowed);
  world.check_end("token_failed");
}

TEST_CASE("key_in_pi = false is about keys that nobody asked for") {
  config::Config config;
  config.policy.key_in_pi = false;
  World world(config);
  world.ask();
  CHECK(world.crew.watches_started == 1);
  world.plug_in();
  world.key_is_made();
  world.proof_holds(kType);
  world.writer_says(kAdded, "Added.");
  CHECK(world.answered() == ResultCode::added);
}

TEST_CASE("two security keys are overlap while a host waits, too") {
  World world;
  world.ask();
  world.plug_in();
  world.token_says(roles::SecondKey{});
  CHECK(world.answered() == ResultCode::window_closed);
  const auto text = world.crew.last<roles::AnswerPeer>()->text.str();
  CHECK_MESSAGE(text.find("Two security keys") != std::string::npos, text);
  CHECK(world.led() == "start_again");
  world.check_end("overlap");
}

TEST_CASE("a host that leaves while it waits ends the window") {
  World world;
  world.ask();
  SUBCASE("before the key") {}
  SUBCASE("while it blinks") {
    world.plug_in();
    world.token_says(roles::TouchWanted{});
  }
  SUBCASE("while its key is checked") {
    world.plug_in();
    world.key_is_made();
  }
  world.net_says(roles::PeerGone{});
  world.check_end("peer_left");
  CHECK(world.crew.orders.empty());
}

TEST_CASE("a token role that dies while a host waits is answered") {
  World world;
  world.ask();
  SUBCASE("at once") { world.token_dies(); }
  SUBCASE("before the touch") {
    world.plug_in();
    world.token_dies();
  }
  SUBCASE("waiting for a PIN") {
    world.plug_in();
    world.token_says(roles::PinWanted{});
    world.token_dies();
  }
  SUBCASE("while its key is checked") {
    world.plug_in();
    world.key_is_made();
    world.token_dies();
  }
  CHECK(world.answered() == ResultCode::internal);
  world.check_end("service_failed");
}

TEST_CASE("confirm = press holds for a key that a host asked for") {
  config::Config config;
  config.confirm = config::Confirm::press;
  World world(config);
  world.ask();
  world.plug_in();
  world.key_is_made();
  world.proof_holds(kType);
  CHECK(world.phase() == Phase::confirming);
  CHECK(world.crew.token == nullptr);
  // The host asks for the press when it hears this.
  REQUIRE(world.crew.count<roles::HandOver>() == 1);
  CHECK(world.crew.last<roles::HandOver>()->made.account.view() == "pi");
  CHECK(world.crew.count<roles::AnswerPeer>() == 0);
  SUBCASE("pressed") {
    world.tap();
    world.writer_says(kAdded, "Added.");
    CHECK(world.answered() == ResultCode::added);
    CHECK(world.handles_kept() == 1);
    world.net_says(roles::VerdictArrived{1});
  }
  SUBCASE("not pressed") {
    world.advance(30s);
    CHECK(world.answered() == ResultCode::not_confirmed);
    world.check_end("not_confirmed");
  }
  CHECK(world.handles_kept() == 0);
}

TEST_CASE("a request for a key out of order closes the window") {
  World world;
  world.tap();
  SUBCASE("before the code") { world.greet(); }
  SUBCASE("twice") {
    world.prove_code();
    world.ask_for_key();
  }
  SUBCASE("beside an offer") {
    world.prove_code();
    world.offer();
  }
  world.ask_for_key("ada");
  world.check_end("protocol_violation");
}

// --- the host's own key -----------------------------------------------------------------------
