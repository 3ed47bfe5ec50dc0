// SPDX-License-Identifier: MIT
// The signature that is asked of a host whose attestation proves nothing.
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

TEST_CASE("a host whose attestation proves nothing offers the same key once more, signed") {
  World world;
  world.tap();
  world.prove_code();
  world.offer();
  world.proof_wants_signature(kType);
  CHECK(world.phase() == Phase::code_proved);
  REQUIRE(world.crew.count<roles::AskSignature>() == 1);
  CHECK(world.crew.last<roles::AskSignature>()->why.view().find("its maker is not known") !=
        std::string_view::npos);
  CHECK(world.crew.count<roles::AnswerPeer>() == 0);

  roles::OfferArrived again;
  again.account.assign_cut("pi");
  (void)again.key.assign(as_bytes("a key"));
  (void)again.signature.assign(as_bytes("signature"));
  SUBCASE("another key") { (void)again.key.assign(as_bytes("another key")); }
  SUBCASE("another account") { again.account.assign_cut("ada"); }
  SUBCASE("the same") {
    world.net_says(again);
    REQUIRE(world.crew.questions.size() == 2);
    const auto question = std::get<roles::ProofQuestion>(world.crew.questions.back());
    CHECK(as_text(question.signature.view()) == "signature");
    world.proof_holds(kType);
    world.writer_says(kAdded, "Added.");
    CHECK(world.answered() == ResultCode::added);
    CHECK(world.crew.count<roles::HandOver>() == 0);
    return;
  }
  world.net_says(again);
  CHECK(world.crew.questions.size() == 1);
  CHECK(log_text(world).find("latchkey-net said what it may not") != std::string::npos);
  world.check_end("protocol_violation");
}
