// SPDX-License-Identifier: MIT
// A security key in the Pi that nobody waits for: it makes a key by touch alone.
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

TEST_CASE("press, key plugged in, one touch, line: nobody else is needed") {
  World world;
  world.tap();
  REQUIRE(world.crew.token);
  CHECK(std::get<roles::WatchKeys>(world.crew.ordered.front()).simulation.view() ==
        "/simulated/keys");
  const auto window = std::get<roles::ServeWindow>(world.crew.told.front());
  world.plug_in("Key One");
  CHECK(world.phase() == Phase::key_plugged);
  CHECK(world.led() == "touch");
  CHECK_FALSE(world.crew.listening);
  CHECK(world.monitor->status().security_key.view() == "Key One");

  const auto* order = world.crew.last_order<roles::MakeKey>();
  REQUIRE(order != nullptr);
  CHECK(order->unattended == 1);
  CHECK(order->resident == 0);
  CHECK(order->existing == 0);
  CHECK(order->verify == 0);
  CHECK(order->application.view() == "ssh:");
  CHECK(order->algorithm == channel::TokenAlgorithm::ed25519);
  CHECK(order->challenge == channel::attestation_challenge(order->statement.view()).value());
  CHECK(order->statement.bytes() ==
        channel::enrolment_statement(window.challenge, "pi", {},
                                     channel::hash_host_keys({}).value()));

  world.token_says(roles::TouchWanted{});
  world.key_is_made("new key");
  CHECK(world.led() == "working");
  REQUIRE(world.crew.questions.size() == 1);
  const auto question = std::get<roles::ProofQuestion>(world.crew.questions.front());
  CHECK(question.challenge == window.challenge);
  CHECK(as_text(question.key.view()) == "new key");
  CHECK(question.account.view() == "pi");
  CHECK(question.comment.view() == "security key at raspberrypi");
  CHECK(question.limits.has_expires == 0);

  world.proof_holds(kType);
  CHECK(world.crew.token == nullptr);
  CHECK(world.crew.written_as.front() == "pi");
  CHECK(world.site.asked_address.empty());
  CHECK(world.handles_kept() == 0);  // not before the line is there
  world.writer_says(kAdded, "Added.");
  CHECK(world.led() == "done");
  const auto kept = world.handles->load().value();
  REQUIRE(kept.size() == 1);
  CHECK(kept.front().account == "pi");
  CHECK(as_text(kept.front().handle) == "handle of new key");
  CHECK(kept.front().made == world.clock.wall());
  CHECK(log_text(world).find("\"made_on\":\"Key One\"") != std::string::npos);

  world.advance(61s);
  world.check_end("finished");
}

TEST_CASE("a security key that is plugged in wins over a peer that has not proved the code") {
  World world;
  world.tap();
  world.greet(1, "192.0.2.7");
  SUBCASE("code shown") {}
  SUBCASE("guess spent") { world.net_says(roles::ShareWanted{}); }
  world.plug_in();
  CHECK(world.phase() == Phase::key_plugged);
  REQUIRE(world.crew.last<roles::RefusePeer>() != nullptr);
  CHECK(world.crew.last<roles::RefusePeer>()->reason == channel::RefusalReason::key_in_pi);
  CHECK(world.crew.count<roles::DropPeer>() == 1);
  CHECK_FALSE(world.crew.listening);
  const auto before = log_text(world);
  CHECK(before.find("\"event\":\"driven-out\"") != std::string::npos);
  CHECK(before.find("192.0.2.7") != std::string::npos);

  world.key_is_made();
  world.proof_holds(kType);
  world.writer_says(kAdded, "Added.");
  // That peer has no part in it.
  CHECK(world.site.asked_address.empty());
  const auto enrolled = log_text(world).substr(before.size());
  CHECK(enrolled.find("\"event\":\"enrolled\"") != std::string::npos);
  CHECK(enrolled.find("192.0.2.7") == std::string::npos);
  CHECK(enrolled.find("laptop") == std::string::npos);
}

TEST_CASE("who has proved the code is meant, not who plugs something in") {
  World world;
  world.tap();
  world.prove_code();
  CHECK(world.crew.token == nullptr);
  CHECK(world.phase() == Phase::code_proved);
}

TEST_CASE("two security keys are overlap, whenever the second comes") {
  World world;
  world.tap();
  SUBCASE("with the first") {}
  SUBCASE("while the first waits for its touch") { world.plug_in(); }
  SUBCASE("while its key is checked") {
    world.plug_in();
    world.key_is_made();
  }
  world.token_says(roles::SecondKey{});
  CHECK(world.led() == "start_again");
  world.check_end("overlap");
  CHECK(world.handles_kept() == 0);
}

TEST_CASE("a key that is pulled out leaves the window open, for it or for a laptop") {
  World world;
  world.tap();
  const auto first = std::get<roles::ServeWindow>(world.crew.told.front());
  world.plug_in();
  SUBCASE("before it blinks") {}
  SUBCASE("while it blinks") { world.token_says(roles::TouchWanted{}); }
  const auto watches = world.crew.watches_started;
  world.token_says(roles::KeyLeft{});
  CHECK(world.phase() == Phase::open);
  CHECK(world.led() == "window_open");
  CHECK(world.crew.listening);
  CHECK(world.monitor->status().security_key.view().empty());
  // A new role, which knows of no order, and a new challenge.
  CHECK(world.crew.watches_started == watches + 1);
  CHECK(world.crew.count_ordered<roles::MakeKey>() == 0);
  const auto second = std::get<roles::ServeWindow>(world.crew.told.front());
  CHECK(second.challenge != first.challenge);

  SUBCASE("it comes back") {
    world.plug_in();
    const auto* order = world.crew.last_order<roles::MakeKey>();
    CHECK(order->statement.bytes() ==
          channel::enrolment_statement(second.challenge, "pi", {},
                                       channel::hash_host_keys({}).value()));
    CHECK(order->challenge == channel::attestation_challenge(order->statement.view()).value());
    world.key_is_made();
    world.proof_holds(kType);
    world.writer_says(kAdded, "Added.");
    CHECK(world.handles_kept() == 1);
  }
  SUBCASE("a laptop comes") {
    world.prove_code();
    world.offer();
    CHECK(world.phase() == Phase::verifying);
  }
  SUBCASE("nobody comes") {
    world.advance(300s);
    world.check_end("nobody_came");
  }
}

TEST_CASE("a key that is pulled out once it has made its key is not missed") {
  World world;
  world.make_key();
  world.token_says(roles::KeyLeft{});
  world.proof_holds(kType);
  world.writer_says(kAdded, "Added.");
  CHECK(world.handles_kept() == 1);
}

TEST_CASE("a key that is not touched has until the window's end") {
  World world;
  world.tap();
  world.plug_in();
  world.advance(299s);
  CHECK(world.phase() == Phase::key_plugged);
  world.advance(2s);
  world.check_end("window_ended");
}

TEST_CASE("an attestation that proves nothing costs a second touch") {
  World world;
  world.make_key();
  world.proof_wants_signature(kType);
  CHECK(world.phase() == Phase::key_plugged);
  CHECK(world.crew.count_ordered<roles::SignStatement>() == 1);
  CHECK(world.crew.orders.empty());
  SUBCASE("touched") {
    world.token_says(roles::TouchWanted{});
    CHECK(world.led() == "touch");
    world.key_is_made("a key", "signature");
    REQUIRE(world.crew.questions.size() == 2);
    const auto question = std::get<roles::ProofQuestion>(world.crew.questions.back());
    CHECK(as_text(question.signature.view()) == "signature");
    CHECK(as_text(question.key.view()) == "a key");
    world.proof_holds(kType);
    world.writer_says(kAdded, "Added.");
    CHECK(world.handles_kept() == 1);
  }
  SUBCASE("pulled out") {
    world.token_says(roles::KeyLeft{});
    CHECK(world.phase() == Phase::open);
    CHECK(world.crew.watches_started == 2);
    CHECK(world.crew.orders.empty());
  }
  SUBCASE("another key signs") {
    world.key_is_made("another key", "signature");
    world.check_end("protocol_violation");
  }
  SUBCASE("it proves nothing still") {
    world.key_is_made("a key", "signature");
    world.proof_wants_signature(kType);
    world.check_end("proof_refused");
  }
}

TEST_CASE("the Pi's terminal says why the key is to be touched once more") {
  World world;
  std::vector<std::string> told;
  REQUIRE(world.monitor->pair([&](const auto& progress) { told.push_back(progress.text.str()); }));
  world.plug_in();
  world.key_is_made();
  world.proof_wants_signature(kType);
  REQUIRE_FALSE(told.empty());
  CHECK(told.back() ==
        "Touch the security key once more, to sign: its maker is not known to this Pi.");
}

TEST_CASE("what was pulled out while it was checked is not asked to sign") {
  World world;
  world.make_key();
  world.token_says(roles::KeyLeft{});
  world.proof_wants_signature(kType);
  CHECK(world.phase() == Phase::open);
  CHECK(world.crew.count_ordered<roles::SignStatement>() == 0);
}

TEST_CASE("a key that cannot do it is refused on the LED, and the window goes on") {
  World world;
  std::vector<std::string> told;
  REQUIRE(world.monitor->pair([&](const roles::PairProgress& progress) {
    if (!progress.text.view().empty()) told.push_back(progress.text.str());
  }));
  world.plug_in();
  world.token_fails("It asks for its PIN: run `latchkey enroll --on-pi`.\x1b[2J");
  CHECK(world.phase() == Phase::open);
  CHECK(world.led() == "refused");
  CHECK(world.crew.listening);
  CHECK(world.crew.watches_started == 1);  // it knows which key not to ask again
  const std::string text = "It asks for its PIN: run `latchkey enroll --on-pi`.?[2J";
  CHECK(log_text(world).find(text) != std::string::npos);
  CHECK(std::count(told.begin(), told.end(), text) == 1);

  // Out and in again, and it is asked again.
  world.token_says(roles::KeyLeft{});
  CHECK(world.phase() == Phase::open);
  world.plug_in();
  CHECK(world.phase() == Phase::key_plugged);
  CHECK(world.crew.count_ordered<roles::MakeKey>() == 2);
}

TEST_CASE("a key whose proof is refused is in the log, though nobody waits for an answer") {
  World world;
  world.make_key();
  world.proof_fails(ResultCode::attestation_invalid, "Its attestation is forged.");
  CHECK(world.led() == "refused");
  CHECK(log_text(world).find("\"event\":\"refused\"") != std::string::npos);
  CHECK(log_text(world).find("Its attestation is forged.") != std::string::npos);
  world.check_end("proof_refused");
  CHECK(world.handles_kept() == 0);
}

TEST_CASE("confirm = press holds for a key made at the Pi too") {
  config::Config config;
  config.confirm = config::Confirm::press;
  World world(config);
  world.make_key();
  world.proof_holds(kType);
  CHECK(world.phase() == Phase::confirming);
  CHECK(world.crew.orders.empty());
  SUBCASE("pressed") {
    world.tap();
    world.writer_says(kAdded, "Added.");
    CHECK(world.handles_kept() == 1);
  }
  SUBCASE("not pressed") {
    world.advance(31s);
    world.check_end("not_confirmed");
    CHECK(world.handles_kept() == 0);
  }
}

TEST_CASE("the pair command hears of a key made at the Pi") {
  World world;
  std::vector<roles::PairProgress> told;
  REQUIRE(world.monitor->pair([&](const auto& progress) { told.push_back(progress); }));
  world.plug_in();
  CHECK(told.back().phase.view() == "key_plugged");
  world.key_is_made();
  world.proof_holds(kType);
  world.writer_says(kAdded, "Added.");
  CHECK(told.back().finished == 1);
  CHECK(told.back().enrolled == 1);
  CHECK(told.back().text.view() == "Added.");
}

TEST_CASE("sshd is started for a key made at the Pi as for any other") {
  config::Config config;
  config.enable_ssh = true;
  World world(config);
  world.site.facts.sshd_running = false;
  world.make_key();
  world.proof_holds(kType);
  world.writer_says(kAdded, "Added.");
  CHECK(world.site.sshd_starts == 1);
}

TEST_CASE("a window that ends while a key blinks ends the token role") {
  World world;
  world.tap();
  world.plug_in();
  world.token_says(roles::TouchWanted{});
  SUBCASE("a second press") {
    world.tap();
    world.check_end("cancelled");
  }
  SUBCASE("the daemon ends") {
    world.monitor->shut_down();
    CHECK(world.crew.nobody_left());
    CHECK(world.times_finished == 1);
  }
}
