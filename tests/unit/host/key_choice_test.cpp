// SPDX-License-Identifier: MIT
#include "host/key_choice.hpp"

#include <doctest/doctest.h>

#include "tests/unit/host/support/enrolment_scene.hpp"
#include "tests/unit/host/support/fake_security_keys.hpp"

using namespace latchkey;
using namespace latchkey::host;
using namespace latchkey::host::test;

namespace {

Candidate software() {
  const Bytes blob = [] {
    Laptop laptop;
    laptop.make_key();
    return KeyFile::read(laptop.path(".ssh/id_ed25519")).value().key.blob();
  }();
  return {LocalKey{ssh::PublicKey::parse(blob).value(), "SHA256:software", "", "soft"}};
}

Candidate hardware(std::uint8_t seed, Bytes attestation = {}) {
  return {LocalKey{some_sk_key(fido::Algorithm::ed25519, "ssh:", seed),
                   "SHA256:" + std::to_string(seed), "", "sk"},
          std::move(attestation)};
}

struct Scene {
  Scene() {
    choices.keys = {software(), hardware(1), hardware(2, {1})};
    choices.security_key_here = true;
    choices.may_make = true;
    welcome.key_types = {"ssh-ed25519", "sk-ssh-ed25519@openssh.com"};
  }
  [[nodiscard]] std::string chosen() const {
    const auto key = choose_key(choices, welcome);
    if (!key) return std::string(name_of(key.error().reason));
    if (key->source == KeySource::here) return "here";
    if (key->source == KeySource::in_pi) return "in the Pi";
    return key->kept->key.fingerprint;
  }
  [[nodiscard]] std::string advice() const { return choose_key(choices, welcome).error().next; }

  Choices choices;
  channel::Welcome welcome;
};

}  // namespace

TEST_CASE("where the Pi does not mind, keys are taken as they rank") {
  Scene scene;
  CHECK(scene.chosen() == "SHA256:software");
  scene.welcome.key_types = {"sk-ssh-ed25519@openssh.com"};
  CHECK(scene.chosen() == "SHA256:1");
}

TEST_CASE("where it prefers hardware, attested keys come first, if a security key is there") {
  Scene scene;
  scene.welcome.hardware = attest::HardwareRule::prefer;
  CHECK(scene.chosen() == "SHA256:2");
  scene.choices.keys.pop_back();
  CHECK(scene.chosen() == "SHA256:1");
  scene.choices.security_key_here = false;
  CHECK(scene.chosen() == "SHA256:software");
}

TEST_CASE("where it requires hardware, a kept key needs its attestation") {
  Scene scene;
  scene.welcome.hardware = attest::HardwareRule::require;
  CHECK(scene.chosen() == "SHA256:2");
  scene.choices.keys.pop_back();
  CHECK(scene.chosen() == "here");
  scene.choices.security_key_here = false;
  CHECK(scene.chosen() == "in the Pi");
  scene.choices.may_make = false;
  CHECK(scene.chosen() == "not-attested");
}

TEST_CASE("a key that the person named is offered under every rule") {
  Scene scene;
  scene.choices.fixed = true;
  scene.choices.keys.resize(1, software());
  scene.welcome.hardware = attest::HardwareRule::require;
  CHECK(scene.chosen() == "SHA256:software");
  scene.welcome.key_types = {"sk-ssh-ed25519@openssh.com"};
  CHECK(scene.chosen() == "key-type-refused");
}

TEST_CASE("keys of no kind that the Pi takes give way to a new one, here or in the Pi") {
  Scene scene;
  scene.choices.keys.resize(1, software());
  scene.welcome.key_types = {"sk-ssh-ed25519@openssh.com"};
  CHECK(scene.chosen() == "here");
  scene.choices.security_key_here = false;
  CHECK(scene.chosen() == "in the Pi");
  scene.choices.may_make = false;
  CHECK(scene.chosen() == "key-type-refused");
  CHECK(scene.advice() == "Make one on a security key: latchkey enroll --new, or --on-pi.");
  scene.welcome.key_types = {"ssh-rsa"};
  scene.choices.security_key_here = scene.choices.may_make = true;
  CHECK(scene.chosen() == "key-type-refused");
  CHECK(scene.advice() == "Make one that it accepts with ssh-keygen.");
  scene.choices.keys = {hardware(1)};
  scene.welcome.key_types = {"ssh-ed25519"};
  CHECK(scene.chosen() == "key-type-refused");
  CHECK(scene.advice() == "Make one that it accepts: latchkey keygen --software");
}

TEST_CASE("a key whose security key is away comes last, under every rule") {
  Scene scene;
  scene.choices.keys = {hardware(1, {1}), software(), hardware(2)};
  scene.choices.keys[0].key.away = true;
  CHECK(scene.chosen() == "SHA256:software");
  scene.welcome.hardware = attest::HardwareRule::prefer;
  CHECK(scene.chosen() == "SHA256:2");
  scene.choices.keys[2].key.away = true;
  CHECK(scene.chosen() == "SHA256:software");
}

TEST_CASE("where no other will do, a new key takes the place of one whose security key is away") {
  Scene scene;
  scene.choices.keys = {hardware(1, {1})};
  scene.choices.keys[0].key.away = true;
  SUBCASE("it may") {
    CHECK(scene.chosen() == "here");
    scene.welcome.hardware = attest::HardwareRule::require;
    CHECK(scene.chosen() == "here");
    return;
  }
  SUBCASE("no security key is here") { scene.choices.security_key_here = false; }
  SUBCASE("nobody is there to touch it") { scene.choices.may_make = false; }
  SUBCASE("the person named it") { scene.choices.fixed = true; }
  CHECK(scene.chosen() == "SHA256:1");
}

TEST_CASE("a new key is made where it was wanted, unless the Pi takes none from security keys") {
  Scene scene;
  scene.choices.keys.clear();
  scene.choices.wanted = KeySource::in_pi;
  CHECK(scene.chosen() == "in the Pi");
  scene.choices.wanted = KeySource::here;
  CHECK(scene.chosen() == "here");
  scene.welcome.key_types = {"ssh-ed25519"};
  CHECK(scene.chosen() == "key-type-refused");
}
