// SPDX-License-Identifier: MIT
#include "hal/fido/key_info.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace latchkey::fido;

namespace {

KeyInfo modern(PinState pin = PinState::set) {
  KeyInfo info;
  info.ctap2 = true;
  info.pin = pin;
  info.makes_without_pin = true;
  info.resident_keys = true;
  return info;
}

struct Row {
  std::string name;
  KeyInfo info;
  Verification plain;
  Verification resident;
  Verification verify;
};

KeyInfo changed(KeyInfo info, auto change) {
  change(info);
  return info;
}

}  // namespace

TEST_CASE("What making a key asks of the person follows CTAP 2.1 section 6.1.2") {
  using enum Verification;
  KeyInfo u2f;
  u2f.u2f = true;
  const auto insists = [](KeyInfo& info) { info.makes_without_pin = false; };
  const auto reader = [](KeyInfo& info) { info.built_in_verification = true; };
  const auto always = [](KeyInfo& info) { info.always_verifies = true; };
  const Row rows[]{
      {"U2F", u2f, none, not_possible, not_possible},
      {"2.1 with a PIN", modern(), none, pin, pin},
      {"2.1 without", modern(PinState::not_set), none, not_possible, not_possible},
      {"2.1 that cannot", modern(PinState::cannot), none, not_possible, not_possible},
      {"2.0 with a PIN", changed(modern(), insists), pin, pin, pin},
      {"2.0 without", changed(modern(PinState::not_set), insists), none, not_possible,
       not_possible},
      {"a reader", changed(modern(PinState::not_set), reader), none, built_in, built_in},
      {"a reader that insists", changed(changed(modern(PinState::not_set), reader), insists),
       built_in, built_in, built_in},
      {"a reader and a PIN", changed(modern(), reader), none, built_in, built_in},
      {"always, with a PIN", changed(modern(), always), pin, pin, pin},
      {"always, without", changed(modern(PinState::not_set), always), not_possible, not_possible,
       not_possible},
      {"always, with a reader", changed(changed(modern(), always), reader), built_in, built_in,
       built_in},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    CHECK(needed_to_make(row.info, false, false) == row.plain);
    CHECK(needed_to_make(row.info, true, false) == row.resident);
    CHECK(needed_to_make(row.info, false, true) == row.verify);
    CHECK(needed_to_make(row.info, true, true) == row.resident);
  }
}

TEST_CASE("A key may support what it says, or anything where it does not say; U2F is ECDSA") {
  auto info = modern();
  CHECK(may_support(info, Algorithm::ed25519));
  CHECK(may_support(info, Algorithm::ecdsa_p256));
  info.algorithms = {Algorithm::ecdsa_p256};
  CHECK_FALSE(may_support(info, Algorithm::ed25519));
  CHECK(may_support(info, Algorithm::ecdsa_p256));
  info.algorithms = {Algorithm::ed25519};
  CHECK_FALSE(may_support(info, Algorithm::ecdsa_p256));
  KeyInfo u2f;
  u2f.u2f = true;
  CHECK_FALSE(may_support(u2f, Algorithm::ed25519));
  CHECK(may_support(u2f, Algorithm::ecdsa_p256));
}
