// SPDX-License-Identifier: MIT
// A resident key that the security key in the Pi holds already is enrolled in place of a new one.
#include <doctest/doctest.h>

#include "core/ssh/openssh_key.hpp"
#include "core/ssh/sshsig.hpp"
#include "tests/unit/firmware/token/workbench.hpp"

using namespace latchkey;
using namespace latchkey::testing;
using fido::Algorithm;
using fido::PinState;
using fido::Trouble;

namespace {

/// The order comes first, then the key: nothing is told in between.
void order(Workbench& bench, const roles::MakeKey& wanted = attended_order()) {
  bench.hear(wanted);
  bench.run();
  CHECK(bench.told().empty());
  bench.plug();
  CHECK(bench.told() == Told{"arrived Key"});
  bench.run();
}

void type(Workbench& bench, const std::string& pin) {
  bench.type(pin);
  bench.run();
}

roles::MakeKey existing_order(std::string_view user = "") {
  auto wanted = attended_order();
  wanted.existing = 1;
  REQUIRE(wanted.user.assign(user));
  return wanted;
}

}  // namespace

TEST_CASE("a key that the security key already holds is proved by a touch") {
  Workbench bench;
  bench.keys.info.pin = PinState::set;
  bench.keys.residents = {resident("ann"), resident("sam", "ssh:", true), resident("sam", "ssh:x")};
  order(bench, existing_order("sam"));
  CHECK(bench.told() == Told{"pin 8"});
  type(bench, "1234");
  CHECK(bench.told() == Told{"touch", "signed"});
  CHECK(bench.keys.calls() == Told{"open /dev/hidraw0", "pin_tries", "residents pin=1234",
                                   "sign ssh: verify pin=1234", "close"});
  const auto& made = bench.made().made;
  namespace flag = ssh::sk_flag;
  CHECK(made.flags == (flag::kUserPresence | flag::kResident | flag::kUserVerification));
  CHECK(made.handle.bytes() == resident("sam").handle);
  CHECK(made.attestation.view().empty());
}

TEST_CASE("a key that is held and verifies nobody is proved without the PIN") {
  Workbench bench;
  bench.keys.info.pin = PinState::set;
  bench.keys.residents = {resident("sam")};
  order(bench, existing_order());
  type(bench, "1234");
  CHECK(bench.keys.calls().at(3) == "sign ssh:");
}

TEST_CASE("a key that is held is handed over as verifying where verification is wanted") {
  Workbench bench;
  bench.keys.info.pin = PinState::set;
  bench.keys.residents = {resident("sam")};
  auto wanted = existing_order();
  wanted.verify = 1;
  order(bench, wanted);
  type(bench, "1234");
  CHECK(bench.keys.calls().at(3) == "sign ssh: verify pin=1234");
  namespace flag = ssh::sk_flag;
  // Its private file has to ask for the PIN, or sshd refuses every login with it.
  CHECK(bench.made().made.flags ==
        (flag::kUserPresence | flag::kResident | flag::kUserVerification));
}

TEST_CASE("a wrong PIN for the list is like any other") {
  Workbench bench;
  bench.keys.info.pin = PinState::set;
  bench.keys.residents = {resident("sam")};
  bench.keys.troubles["residents"] = {Trouble::pin_wrong};
  order(bench, existing_order());
  bench.keys.tries = 7;
  type(bench, "9999");
  type(bench, "1234");
  CHECK(bench.told() == Told{"pin 8", "wrong 7", "touch", "signed"});
}

TEST_CASE("no key that is held, or more than one, is refused with the users that there are") {
  Workbench bench;
  bench.keys.info.pin = PinState::set;
  std::string_view user;
  std::string_view said;
  SUBCASE("none at all") { said = "no resident credential for \"ssh:\""; }
  SUBCASE("none of this application") {
    bench.keys.residents = {resident("sam", "ssh:x")};
    said = "no resident credential for \"ssh:\"";
  }
  SUBCASE("none of this user") {
    bench.keys.residents = {resident("ann"), resident("bob")};
    user = "sam";
    said = "only of \"ann\", \"bob\"";
  }
  SUBCASE("several of any user") {
    bench.keys.residents = {resident("ann"), resident("bob")};
    said = "of \"ann\", \"bob\"";
  }
  SUBCASE("two of the same user") {
    bench.keys.residents = {resident("sam"), resident("sam")};
    user = "sam";
    said = "several";
  }
  SUBCASE("with names that are none") {
    bench.keys.residents = {resident("a\x1b[2J\""), resident(std::string(300, 'b')), resident("c"),
                            resident("d"), resident("e")};
    said = "of \"a?[2J?\", \"bbbbbbbbbbbbbbbbbbbbbbbb...\", \"c\", ...";
  }
  order(bench, existing_order(user));
  type(bench, "1234");
  CHECK(bench.told() == Told{"pin 8", "failed not-its-handle"});
  CAPTURE(bench.failed().text.view());
  CHECK(bench.failed().text.view().find(said) != std::string_view::npos);
  CHECK(bench.failed().text.view().ends_with("."));
  CHECK(bench.keys.count("sign") == 0);
}

TEST_CASE("without a user the nameless one is meant, where there is one") {
  Workbench bench;
  bench.keys.info.pin = PinState::set;
  bench.keys.residents = {resident("ann"), resident("")};
  bench.keys.residents.back().handle = Bytes{'i', 't'};
  order(bench, existing_order());
  type(bench, "1234");
  CHECK(bench.made().made.handle.bytes() == Bytes{'i', 't'});
}
