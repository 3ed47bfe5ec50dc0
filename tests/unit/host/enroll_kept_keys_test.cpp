// SPDX-License-Identifier: MIT
// Keys that this computer has: whether their security key is here, whether ssh would use them.
#include <doctest/doctest.h>
#include <sys/stat.h>

#include "host/key_presence.hpp"
#include "host/sk_key_file.hpp"
#include "tests/unit/attest/registration.hpp"
#include "tests/unit/host/support/security_key_scene.hpp"

using namespace latchkey;
using namespace latchkey::host;
using namespace latchkey::host::test;

namespace {

struct KeptScene : SecurityKeyScene {
  /// A key on a security key, made earlier; its handle is 64 times `seed`.
  LocalKey keep(std::uint8_t seed, std::uint8_t flags = ssh::sk_flag::kUserPresence) {
    const auto name = "id_ed25519_sk_" + std::to_string(seed);
    const SkKeyFile file{
        {some_sk_key(fido::Algorithm::ed25519, "ssh:", seed), flags, Bytes(64, seed), "ada@laptop"},
        laptop.path(".ssh/" + name),
        false,
        std::nullopt,
        {}};
    return save_sk_key(file, laptop.context()).value();
  }
  void owns(std::uint8_t seed) { key.handles.push_back(Bytes(64, seed)); }
  [[nodiscard]] Bytes offered() const { return pi.offers.at(0).key; }
};

/// What look_for_security_keys() makes of one key.
bool is_away(KeptScene& scene, LocalKey key, const std::string& provider = {}) {
  std::vector<LocalKey> keys{std::move(key)};
  look_for_security_keys(keys, provider, scene.laptop.context());
  return keys[0].away;
}

}  // namespace

TEST_CASE("a key is away where no security key here owns it, and none may deny it") {
  KeptScene scene;
  auto kept = scene.keep(1);
  SUBCASE("owned") {
    scene.owns(1);
    CHECK_FALSE(is_away(scene, kept));
  }
  SUBCASE("not owned") { CHECK(is_away(scene, kept)); }
  SUBCASE("nothing plugged in") {
    scene.laptop.security_keys.keys.clear();
    CHECK(is_away(scene, kept));
  }
  SUBCASE("one of two owns it") {
    FakeKey other("/dev/hidraw5", "Model Y");
    other.handles.push_back(Bytes(64, 1));
    scene.laptop.security_keys.keys.push_back(&other);
    CHECK_FALSE(is_away(scene, kept));
  }
  SUBCASE("it tells nothing without verification") {
    scene.key.info.always_verifies = true;
    CHECK_FALSE(is_away(scene, kept));
  }
  SUBCASE("this key wants verification") {
    CHECK_FALSE(is_away(
        scene, scene.keep(2, ssh::sk_flag::kUserPresence | ssh::sk_flag::kUserVerification)));
  }
  SUBCASE("it cannot be opened") {
    scene.key.fails_to_open = fido::Trouble::busy;
    CHECK_FALSE(is_away(scene, kept));
  }
  SUBCASE("the agent holds it") {
    kept.in_agent = true;
    CHECK_FALSE(is_away(scene, kept));
  }
  SUBCASE("a library of its own signs with it") {
    CHECK_FALSE(is_away(scene, kept, "/usr/lib/middleware.so"));
  }
  CHECK(scene.key.touches == 0);
  CHECK(scene.key.pins_sent == 0);
  CHECK(scene.key.opened == scene.key.closed);
}

TEST_CASE("a key whose security key is elsewhere gives way to one that can sign") {
  KeptScene scene;
  scene.keep(1);
  scene.laptop.make_key("id_rsa", "rsa");
  scene.pi.welcome.key_types.emplace_back("ssh-rsa");
  SUBCASE("elsewhere") {
    CHECK(scene.run_with_code(scene.pi.code) == ExitCode::ok);
    CHECK(scene.offered() == KeyFile::read(scene.laptop.path(".ssh/id_rsa")).value().key.blob());
    CHECK(scene.signatures == 0);
  }
  SUBCASE("elsewhere, and the Pi prefers hardware") {
    scene.pi.welcome.hardware = attest::HardwareRule::prefer;
    CHECK(scene.run_with_code(scene.pi.code) == ExitCode::ok);
    CHECK(scene.offered() == KeyFile::read(scene.laptop.path(".ssh/id_rsa")).value().key.blob());
  }
  SUBCASE("here") {
    scene.owns(1);
    CHECK(scene.run_with_code(scene.pi.code) == ExitCode::ok);
    CHECK(scene.signatures == 1);
  }
}

TEST_CASE("before the code is typed it is said that a security key is missing") {
  KeptScene scene;
  scene.keep(1);
  const std::string missing =
      "the security key of ~/.ssh/id_ed25519_sk_1 is not plugged in here: plug it in before";
  SUBCASE("plugged in while the code is read") {
    scene.laptop.security_keys.keys.clear();
    scene.laptop.security_keys.on_list = [&scene] {
      if (scene.pi.proved) scene.laptop.security_keys.keys = {&scene.key};
    };
    scene.owns(1);
    CHECK(scene.run_with_code(scene.pi.code) == ExitCode::ok);
    CHECK(contains(scene.screen(), missing));
    CHECK(scene.signatures == 1);
  }
  SUBCASE("another one is here: it makes a new key") {
    CHECK(scene.run_with_code(scene.pi.code) == ExitCode::ok);
    CHECK(
        contains(scene.screen(), missing + " the code is typed, or a new key is made on the one"));
    CHECK(
        contains(scene.screen(), "security keys that are not plugged in here: a new one is made"));
    CHECK(scene.key.touches == 1);
  }
  SUBCASE("named") {
    scene.options.key = "~/.ssh/id_ed25519_sk_1";
    CHECK(scene.run_with_code(scene.pi.code) == ExitCode::ok);
    CHECK(contains(scene.screen(), missing));
    CHECK(scene.key.touches == 0);
  }
  SUBCASE("in a rehearsal") {
    scene.options.dry_run = true;
    CHECK(scene.run() == ExitCode::ok);
    CHECK(contains(scene.screen(), missing));
  }
}

TEST_CASE("no security key is opened where no kept key is on one") {
  KeptScene scene;
  scene.laptop.make_key();
  CHECK(scene.run_with_code(scene.pi.code) == ExitCode::ok);
  CHECK(scene.key.opened == 0);
}

TEST_CASE("key files that ssh would ignore are named before anything else is proposed") {
  KeptScene scene;
  scene.laptop.make_key();
  REQUIRE(::chmod(scene.laptop.path(".ssh/id_ed25519").c_str(), 0644) == 0);
  scene.laptop.security_keys.keys.clear();
  const std::string ignored = "~/.ssh/id_ed25519 cannot be used as a key: ";
  SUBCASE("on a terminal") {
    scene.pi.refuse_greeting = {channel::RefusalReason::busy, 0};
    CHECK(scene.run_with_code("") != ExitCode::ok);
    CHECK(contains(scene.screen(), "No SSH key that can be used and no security key here"));
  }
  SUBCASE("without one") { CHECK(scene.run_without_terminal() == ExitCode::no_input); }
  SUBCASE("in a rehearsal") {
    scene.options.dry_run = true;
    CHECK(scene.run() == ExitCode::ok);
  }
  CHECK(contains(scene.screen(), ignored));
  CHECK(contains(scene.screen(), "chmod 600"));
}

TEST_CASE("a kept attestation counts and is shown where a maker's certificate signed it") {
  namespace maker = latchkey::attest::test;
  KeptScene scene;
  maker::Registration made;
  made.ed25519 = true;
  made.key = maker::Key::ed25519();
  attest::Record record;
  record.challenge = made.challenge;
  bool counts = false;
  SUBCASE("signed by itself") { record.attestation = made.self(); }
  SUBCASE("for another challenge") {
    record.attestation = made.packed(maker::self_signed({}));
    record.challenge.back() ^= 1;
  }
  SUBCASE("signed by somebody") {
    record.attestation = made.packed(maker::self_signed({}));
    counts = true;
  }
  const SkKeyFile file{
      {made.ssh_key(), ssh::sk_flag::kUserPresence, made.credential_id, "ada@laptop"},
      scene.laptop.path(".ssh/id_ed25519_sk"),
      false,
      record,
      {}};
  REQUIRE(save_sk_key(file, scene.laptop.context()).has_value());
  scene.key.handles.push_back(made.credential_id);
  CHECK(scene.run_with_code(scene.pi.code) == ExitCode::ok);
  CHECK(scene.offered() == made.ssh_key().blob());
  CHECK(scene.pi.offers.at(0).attestation.empty() != counts);

  scene.pi.welcome.hardware = attest::HardwareRule::require;
  CHECK(scene.run_with_code(scene.pi.code) == ExitCode::ok);
  CHECK(scene.key.touches == (counts ? 0 : 1));  // to make a new one
}
