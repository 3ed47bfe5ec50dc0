// SPDX-License-Identifier: MIT
#include "hal/fido/sim/program/standing_person.hpp"

#include <doctest/doctest.h>

using namespace latchkey;
using namespace latchkey::fido::sim;

namespace {
constexpr Instant kStart{Millis(5'000)};
}

TEST_CASE("a standing answer is given for ever, until there is another") {
  StandingPerson person(Reply::no);
  CHECK(person.answer(kStart) == Reply::no);
  CHECK(person.answer(kStart + Millis(1'000'000)) == Reply::no);
  person.stand(Reply::never);
  CHECK(person.standing() == Reply::never);
  CHECK(person.answer(kStart) == Reply::never);
}

TEST_CASE("one touch answers one question") {
  StandingPerson person(Reply::never);
  person.touch_once(kStart);
  CHECK(person.answer(kStart) == Reply::yes);
  CHECK(person.answer(kStart) == Reply::never);
  CHECK(person.standing() == Reply::never);
}

TEST_CASE("a touch that nobody asked for is forgotten after ten seconds") {
  StandingPerson person(Reply::never);
  person.touch_once(kStart);
  SUBCASE("just in time") { CHECK(person.answer(kStart + Millis(9'999)) == Reply::yes); }
  SUBCASE("too late") {
    CHECK(person.answer(kStart + Millis(10'000)) == Reply::never);
    CHECK(person.answer(kStart) == Reply::never);
  }
}

TEST_CASE("two touches before a question are one") {
  StandingPerson person(Reply::no);
  person.touch_once(kStart);
  person.touch_once(kStart + Millis(9'000));
  CHECK(person.answer(kStart + Millis(12'000)) == Reply::yes);
  CHECK(person.answer(kStart + Millis(12'000)) == Reply::no);
}
