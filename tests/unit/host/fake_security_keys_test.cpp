// SPDX-License-Identifier: MIT
#include "tests/unit/host/support/fake_security_keys.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

using namespace latchkey;
using namespace latchkey::fido;
using namespace latchkey::host::test;

namespace {

struct Fake {
  Fake() { keys.keys = {&key}; }
  std::unique_ptr<SecurityKey> open(int interrupt = -1) {
    return keys.open(key.plugged, interrupt).value();
  }
  FakeKey key;
  FakeSecurityKeys keys;
};

Trouble trouble_of(const Attempt<MadeKey>& attempt) {
  REQUIRE_FALSE(attempt.has_value());
  return attempt.error().trouble;
}

MakeRequest some_request() {
  MakeRequest request;
  request.challenge = Bytes(32, 0x5a);
  return request;
}

MakeRequest resident_request() {
  auto request = some_request();
  request.resident = true;
  request.user = "sam";
  return request;
}

}  // namespace

TEST_CASE("the fake shows what is plugged in, and opens nothing else") {
  Fake fake;
  CHECK(fake.keys.list() == std::vector{fake.key.plugged});
  CHECK(fake.keys.open({"/dev/hidraw9", ""}, -1).error().trouble == Trouble::no_key);
  fake.key.fails_to_open = Trouble::busy;
  const auto busy = fake.keys.open(fake.key.plugged, -1);
  CHECK(busy.error().trouble == Trouble::busy);
  CHECK(busy.error().device == "/dev/hidraw3");
}

TEST_CASE("the fake counts tries, and a right PIN gives them back") {
  Fake fake;
  fake.key.set_pin("1234");
  const auto opened = fake.open();
  const auto wrong = *Pin::from("4321");
  const auto right = *Pin::from("1234");
  const auto refused = opened->residents(wrong);
  CHECK(refused.error().trouble == Trouble::pin_wrong);
  CHECK(refused.error().tries_left == 7);
  CHECK(opened->pin_tries() == 7);
  CHECK(opened->residents(right).has_value());
  CHECK(opened->pin_tries() == 8);
  fake.key.tries = 1;
  CHECK(opened->residents(wrong).error().trouble == Trouble::pin_blocked);
  CHECK(opened->residents(right).error().trouble == Trouble::pin_blocked);
  CHECK(fake.key.pins_sent == 4);
}

TEST_CASE("the fake makes, keeps, finds and deletes") {
  Fake fake;
  fake.key.set_pin("1234");
  const auto opened = fake.open();
  const auto pin = *Pin::from("1234");
  CHECK(trouble_of(opened->make(resident_request(), nullptr)) == Trouble::pin_required);
  const auto made = opened->make(resident_request(), &pin);
  REQUIRE(made.has_value());
  CHECK((made->flags & ssh::sk_flag::kResident) != 0);
  CHECK(opened->owns("ssh:", made->handle, nullptr) == true);
  CHECK(opened->owns("ssh:", Bytes(3, 3), nullptr) == false);
  CHECK(trouble_of(opened->make(resident_request(), &pin)) == Trouble::already_there);
  auto again = resident_request();
  again.overwrite = true;
  CHECK(opened->make(again, &pin).has_value());
  const auto residents = opened->residents(pin);
  REQUIRE(residents->size() == 1);
  CHECK(opened->remove_resident(residents->at(0).handle, pin).has_value());
  CHECK(opened->remove_resident(residents->at(0).handle, pin).error().trouble ==
        Trouble::not_its_handle);
}

TEST_CASE("the fake refuses what the contract of the seam does") {
  Fake fake;
  const auto opened = fake.open();
  auto wanted = some_request();
  SUBCASE("no challenge") { wanted.challenge.clear(); }
  SUBCASE("a short challenge") { wanted.challenge.resize(15); }
  SUBCASE("a long challenge") { wanted.challenge.resize(257); }
  SUBCASE("an application of the web") { wanted.application = "https://example.com"; }
  SUBCASE("a long user") { wanted.user = std::string(32, 'x'); }
  CHECK(trouble_of(opened->make(wanted, nullptr)) == Trouble::failed);
  CHECK(fake.key.requests.empty());
}

TEST_CASE("the fake is cancelled by its interrupt") {
  Fake fake;
  int ends[2] = {};
  REQUIRE(::pipe(ends) == 0);
  {
    const auto opened = fake.open(ends[0]);
    CHECK(opened->touched(Millis(0)) == true);
    REQUIRE(::write(ends[1], "x", 1) == 1);
    CHECK(opened->touched(Millis(0)).error().trouble == Trouble::cancelled);
    CHECK(trouble_of(opened->make(some_request(), nullptr)) == Trouble::cancelled);
  }
  CHECK(fake.key.closed == 1);
  ::close(ends[0]);
  ::close(ends[1]);
}
