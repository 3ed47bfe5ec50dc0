// SPDX-License-Identifier: MIT
// A security key in the Pi, and nobody at a laptop.
#include <doctest/doctest.h>

#include "core/attest/record.hpp"
#include "core/channel/statement.hpp"
#include "core/ssh/openssh_key.hpp"
#include "core/ssh/sshsig.hpp"
#include "tests/unit/firmware/token/workbench.hpp"

using namespace latchkey;
using namespace latchkey::testing;
using fido::Algorithm;
using fido::PinState;
using fido::Trouble;

namespace {

/// A key is plugged in and the order comes, as the monitor gives it.
void order(Workbench& bench, const roles::MakeKey& wanted = unattended_order()) {
  bench.plug();
  CHECK(bench.told() == Told{"arrived Key"});
  bench.hear(wanted);
  bench.run();
}

void refused(Workbench& bench, Trouble trouble) {
  CHECK(bench.told() == Told{"failed " + std::string(fido::name(trouble))});
  CHECK(bench.keys.count("make") == 0);
}

}  // namespace

TEST_CASE("a key is not opened before it is needed") {
  Workbench bench;
  bench.plug();
  bench.run();
  CHECK(bench.told() == Told{"arrived Key"});
  CHECK(bench.keys.calls().empty());
  bench.unplug();
  CHECK(bench.told() == Told{"left"});
}

TEST_CASE("one touch makes a key that is not resident, over the window's challenge") {
  Workbench bench;
  auto wanted = unattended_order();
  wanted.resident = 1;
  order(bench, wanted);
  CHECK(bench.told() == Told{"touch", "made"});
  CHECK(bench.keys.calls() == Told{"open /dev/hidraw0", "make ed25519"});
  CHECK(bench.keys.made().challenge == Bytes(32, 9));
  CHECK(bench.keys.made().application == "ssh:");
  CHECK_FALSE(bench.keys.made().overwrite);
  CHECK(bench.keys.descriptor_of_last_open() >= 0);

  const auto& made = bench.made().made;
  CHECK(made.key.bytes() == some_ed25519().blob());
  CHECK(made.handle.bytes() == Bytes{'m', 'a', 'd', 'e'});
  CHECK(made.flags == ssh::sk_flag::kUserPresence);
  CHECK(made.account.view().empty());
  const auto record = attest::decode_record(made.attestation.view());
  REQUIRE(record.has_value());
  CHECK(record->challenge.empty());
  CHECK(record->attestation.chain == std::vector<Bytes>{Bytes(500, 5)});
}

TEST_CASE("a second touch signs the statement with the key just made") {
  Workbench bench;
  order(bench);
  REQUIRE(bench.told() == Told{"touch", "made"});
  bench.hear(roles::SignStatement{});
  bench.run();
  CHECK(bench.told() == Told{"touch", "signed"});
  CHECK(bench.keys.calls().back() == "close");
  CHECK(bench.keys.count("open") == 1);
  CHECK(bench.keys.signed_handle() == bench.made().made.handle.bytes());
  const auto message =
      ssh::signed_data(channel::kProofNamespace, "sha512", as_bytes("the statement"));
  CHECK(bench.keys.signed_message() == message.value());

  const auto signature = ssh::Sshsig::parse(bench.made().signature.view());
  REQUIRE(signature.has_value());
  CHECK(signature->public_key == some_ed25519());
  CHECK(signature->name_space == channel::kProofNamespace);
  CHECK(signature->hash_algorithm == "sha512");
  CHECK(signature->signature == Bytes(64, 6));
  CHECK(signature->sk->flags == 1);
  CHECK(signature->sk->counter == 7);

  bench.hear(roles::SignStatement{});  // that was all
  bench.run();
  CHECK(bench.keys.count("sign") == 1);
}

TEST_CASE("which kind of key a touch makes") {
  Workbench bench;
  auto wanted = unattended_order();
  std::string made = "make ed25519";
  SUBCASE("Ed25519 by itself") {}
  SUBCASE("ECDSA where the key has no Ed25519") {
    bench.keys.info.algorithms = {Algorithm::ecdsa_p256};
    made = "make ecdsa";
  }
  SUBCASE("Ed25519 where the key does not say") { bench.keys.info.algorithms = {}; }
  SUBCASE("ECDSA where it is asked for") {
    wanted.algorithm = channel::TokenAlgorithm::ecdsa_p256;
    made = "make ecdsa";
  }
  SUBCASE("Ed25519 where a PIN is set and not needed") { bench.keys.info.pin = PinState::set; }
  SUBCASE("by U2F where the PIN is needed") {
    bench.keys.info.pin = PinState::set;
    bench.keys.info.makes_without_pin = false;
    made = "make ecdsa u2f";
  }
  SUBCASE("by U2F where the key knows nothing else") {
    bench.keys.info = {};
    bench.keys.info.u2f = true;
    made = "make ecdsa u2f";
  }
  SUBCASE("with its own reader where it insists") {
    bench.keys.info.always_verifies = true;
    bench.keys.info.built_in_verification = true;
  }
  SUBCASE("verified by its own reader where policy wants that") {
    wanted.verify = 1;
    bench.keys.info.built_in_verification = true;
    made = "make ed25519 verify";
  }
  order(bench, wanted);
  CHECK(bench.told() == Told{"touch", "made"});
  CHECK(bench.keys.calls() == Told{"open /dev/hidraw0", made});
}

TEST_CASE("what a touch alone cannot do is refused before anything blinks, with the way out") {
  Workbench bench;
  auto wanted = unattended_order();
  auto& info = bench.keys.info;
  info.pin = PinState::set;
  auto trouble = Trouble::pin_required;
  SUBCASE("a PIN is needed, and there is no U2F") {
    info.makes_without_pin = false;
    info.u2f = false;
  }
  SUBCASE("a PIN is needed, and no key made by U2F is taken") {
    info.makes_without_pin = false;
    wanted.no_u2f = 1;
  }
  SUBCASE("nor is one where Ed25519 alone is taken") {
    info.makes_without_pin = false;
    wanted.no_u2f = 1;
    wanted.algorithm = channel::TokenAlgorithm::ed25519;
  }
  SUBCASE("everything wants the PIN") { info.always_verifies = true; }
  SUBCASE("everything wants a PIN that is not set") {
    info.always_verifies = true;
    info.pin = PinState::not_set;
  }
  SUBCASE("policy wants verification") {
    wanted.verify = 1;
    trouble = Trouble::not_supported;
  }
  SUBCASE("policy wants verification of a key that does not insist on it later") {
    wanted.verify = 1;
    info.built_in_verification = true;
    info.protects_credentials = false;
    trouble = Trouble::not_supported;
  }
  SUBCASE("policy wants verification of a U2F key") {
    info = {};
    info.u2f = true;
    wanted.verify = 1;
    trouble = Trouble::not_supported;
  }
  order(bench, wanted);
  refused(bench, trouble);
  CHECK(bench.failed().text.view().find("latchkey enroll --on-pi") != std::string_view::npos);
  CHECK(bench.failed().text.view().ends_with("."));
  CHECK(bench.keys.count("close") == 1);
}

TEST_CASE("other orders that nobody waits for are refused too") {
  Workbench bench;
  auto wanted = unattended_order();
  auto trouble = Trouble::no_such_algorithm;
  SUBCASE("Ed25519 of a key without") {
    wanted.algorithm = channel::TokenAlgorithm::ed25519;
    bench.keys.info.algorithms = {Algorithm::ecdsa_p256};
  }
  SUBCASE("Ed25519 by U2F") {
    wanted.algorithm = channel::TokenAlgorithm::ed25519;
    bench.keys.info = {};
    bench.keys.info.u2f = true;
  }
  SUBCASE("U2F alone, where no such key is taken") {
    wanted.no_u2f = 1;
    bench.keys.info = {};
    bench.keys.info.u2f = true;
    trouble = Trouble::not_supported;
  }
  SUBCASE("a resident one that is there") {
    wanted.existing = 1;
    bench.keys.info.pin = PinState::set;
    trouble = Trouble::pin_required;
  }
  SUBCASE("a credential that is none of SSH") {
    REQUIRE(wanted.application.assign("bank.example"));
    trouble = Trouble::not_supported;
  }
  order(bench, wanted);
  refused(bench, trouble);
}

TEST_CASE("a key that only claims Ed25519 makes ECDSA in the same go") {
  Workbench bench;
  bench.keys.troubles["make"] = {Trouble::no_such_algorithm};
  order(bench);
  CHECK(bench.told() == Told{"touch", "made"});
  CHECK(bench.keys.calls() == Told{"open /dev/hidraw0", "make ed25519", "make ecdsa"});
}

TEST_CASE("a key that has no algorithm after all is given up") {
  Workbench bench;
  bench.keys.always["make"] = Trouble::no_such_algorithm;
  order(bench);
  CHECK(bench.told() == Told{"touch", "failed no-such-algorithm"});
  CHECK(bench.keys.count("make") == 2);
}

TEST_CASE("a key that wants its PIN after all is tried by U2F, once") {
  Workbench bench;
  bench.keys.info.pin = PinState::set;
  bench.keys.always["make"] = Trouble::pin_required;
  SUBCASE("and makes one") {
    bench.keys.always.clear();
    bench.keys.troubles["make"] = {Trouble::pin_required};
    order(bench);
    CHECK(bench.told() == Told{"touch", "made"});
    CHECK(bench.keys.calls().back() == "make ecdsa u2f");
  }
  SUBCASE("and wants it still") {
    order(bench);
    CHECK(bench.told() == Told{"touch", "failed pin-required"});
    CHECK(bench.keys.count("make") == 2);
  }
  SUBCASE("or not at all where there is no U2F, or what it makes is not taken") {
    auto wanted = unattended_order();
    SUBCASE("none") { bench.keys.info.u2f = false; }
    SUBCASE("not taken") { wanted.no_u2f = 1; }
    order(bench, wanted);
    CHECK(bench.told() == Told{"touch", "failed pin-required"});
    CHECK(bench.keys.count("make") == 1);
    CHECK(bench.failed().text.view().find("--on-pi") != std::string_view::npos);
  }
  CHECK(bench.keys.count("pin_tries") == 0);
}

TEST_CASE("no PIN is asked for to sign either") {
  Workbench bench;
  order(bench);
  bench.keys.info.pin = PinState::set;
  bench.keys.always["sign"] = Trouble::pin_required;
  bench.hear(roles::SignStatement{});
  bench.run();
  CHECK(bench.told() == Told{"touch", "made", "touch", "failed pin-required"});
}

TEST_CASE("a touch that does not come is asked for again") {
  Workbench bench;
  bench.keys.troubles["make"] = {Trouble::timed_out, Trouble::timed_out};
  order(bench);
  CHECK(bench.told() == Told{"touch", "made"});
  CHECK(bench.keys.count("make") == 3);
}

TEST_CASE("a key that gives up at once does not keep us busy for ever") {
  Workbench bench;
  bench.keys.always["make"] = Trouble::timed_out;
  order(bench);
  CHECK(bench.told() == Told{"touch", "failed timed-out"});
  CHECK(bench.keys.count("make") == token::kMaxAsks);
}

TEST_CASE("each touch has its own patience") {
  Workbench bench;
  bench.keys.troubles["make"].assign(token::kMaxAsks - 1, Trouble::timed_out);
  bench.keys.troubles["sign"].assign(token::kMaxAsks - 1, Trouble::timed_out);
  order(bench);
  bench.hear(roles::SignStatement{});
  bench.run();
  CHECK(bench.told() == Told{"touch", "made", "touch", "signed"});
}

TEST_CASE("a finger may be wrong once") {
  Workbench bench;
  bench.keys.info.built_in_verification = true;
  bench.keys.info.makes_without_pin = false;
  bench.keys.troubles["make"] = {Trouble::verification_failed};
  SUBCASE("and right then") {
    order(bench);
    CHECK(bench.told() == Told{"touch", "made"});
  }
  SUBCASE("and no more than that") {
    bench.keys.always["make"] = Trouble::verification_failed;
    order(bench);
    CHECK(bench.told() == Told{"touch", "failed verification-failed"});
    CHECK(bench.keys.count("make") == token::kMaxWrong);
  }
}

TEST_CASE("what else goes wrong ends the order with its own sentence") {
  for (const auto trouble :
       {Trouble::declined, Trouble::store_full, Trouble::already_there, Trouble::not_supported,
        Trouble::nonsense, Trouble::failed, Trouble::pin_not_set, Trouble::pin_blocked,
        Trouble::not_its_handle, Trouble::no_key}) {
    for (const auto* call : {"open", "make", "sign"}) {
      Workbench bench;
      bench.keys.troubles[call] = {trouble};
      bench.plug();
      bench.hear(unattended_order());
      bench.run();
      bench.hear(roles::SignStatement{});
      bench.run();
      CAPTURE(call);
      CHECK(bench.told().back() == "failed " + std::string(fido::name(trouble)));
      const fido::Problem problem{trouble, call, {}, {}, {}};
      CHECK(bench.failed().text.view().starts_with(fido::what_happened(problem)));
      CHECK_FALSE(bench.work.has_work());
    }
  }
}

TEST_CASE("a key that failed is left alone until it was pulled out") {
  Workbench bench;
  bench.keys.troubles["make"] = {Trouble::declined};
  order(bench);
  CHECK(bench.told() == Told{"touch", "failed declined"});
  bench.look();
  bench.hear(unattended_order());
  bench.run();
  CHECK(bench.told() == Told{"failed declined"});
  CHECK(bench.keys.count("make") == 1);
  bench.unplug();
  CHECK(bench.told() == Told{"left"});
  order(bench);
  CHECK(bench.told() == Told{"touch", "made"});
}
