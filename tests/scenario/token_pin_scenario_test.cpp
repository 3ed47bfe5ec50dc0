// SPDX-License-Identifier: MIT
// The PIN of a security key in the Pi, typed at the host.
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

TEST_CASE("a PIN goes from the host to the security key that asked for it, once") {
  World world;
  world.ask();
  world.type_pin("1111");  // nobody asked
  CHECK(world.crew.count_ordered<roles::UsePin>() == 0);
  world.plug_in();
  world.token_says(roles::PinWanted{0, 8});
  CHECK(world.last_news_is(TokenNews::pin_wanted));
  CHECK(world.reported()->tries_left == 8);
  world.type_pin("1234");
  REQUIRE(world.crew.count_ordered<roles::UsePin>() == 1);
  CHECK(as_text(world.crew.last_order<roles::UsePin>()->pin.view()) == "1234");
  world.type_pin("1235");  // good for one try
  CHECK(world.crew.count_ordered<roles::UsePin>() == 1);

  world.token_says(roles::PinWanted{1, 7});
  CHECK(world.last_news_is(TokenNews::pin_wrong));
  CHECK(world.reported()->tries_left == 7);
  SUBCASE("typed") {
    world.type_pin("1235");
    CHECK(world.crew.count_ordered<roles::UsePin>() == 2);
  }
  SUBCASE("the key is pulled out: another one shall not see it") {
    world.token_says(roles::KeyLeft{});
    CHECK(world.last_news_is(TokenNews::pulled_out));
    world.plug_in("Key Two");
    world.type_pin("1235");
    CHECK(world.crew.count_ordered<roles::UsePin>() == 1);
  }
  SUBCASE("the token role is gone") {
    world.crew.deaf = true;
    world.type_pin("1235");
    world.check_end("service_failed");
  }
  SUBCASE("all is over") {
    world.token_fails();
    world.type_pin("1235");
    CHECK(world.crew.count_ordered<roles::UsePin>() == 1);
  }
  CHECK(log_text(world).find("123") == std::string::npos);
}

TEST_CASE("a PIN that crosses another question is not for the key that asks now") {
  World world;
  world.ask();
  world.plug_in("Key One");
  world.token_says(roles::PinWanted{0, 8});
  const auto first = world.reported()->question;
  CHECK(first != 0);
  SUBCASE("of another key") {
    world.token_says(roles::KeyLeft{});
    world.plug_in("Key Two");
  }
  SUBCASE("of the same key, to sign") {
    world.key_is_made();
    world.proof_wants_signature(kType);
  }
  world.token_says(roles::PinWanted{0, 5});
  const auto second = world.reported()->question;
  CHECK(second != first);
  world.type_pin("1234", first);
  world.type_pin("1234", 0);
  CHECK(world.crew.count_ordered<roles::UsePin>() == 0);
  world.type_pin("5678", second);
  REQUIRE(world.crew.count_ordered<roles::UsePin>() == 1);
  CHECK(as_text(world.crew.last_order<roles::UsePin>()->pin.view()) == "5678");
}
