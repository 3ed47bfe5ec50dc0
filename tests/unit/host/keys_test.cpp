// SPDX-License-Identifier: MIT
#include "tests/unit/host/support/key_scene.hpp"

using namespace latchkey;
using namespace latchkey::host;
using namespace latchkey::host::test;

TEST_CASE("a key on a security key is listed with all that its files tell") {
  KeyScene scene;
  scene.key.set_pin(kPin);
  scene.options.verify_required = true;
  scene.options.application = "ssh:pi";
  scene.options.attestation = "";
  scene.laptop.type(std::string(kPin) + "\n");
  REQUIRE(scene.make() == ExitCode::ok);
  KeysOptions listing;
  listing.json = true;
  CHECK(keys(listing, scene.laptop.context()) == ExitCode::ok);
  CHECK(
      scene.screen_has("(sk-ssh-ed25519@openssh.com, security key, ssh:pi, PIN or finger at each "
                       "use, attestation kept that does not hold for this key, no passphrase)"));
  const auto json = scene.laptop.output();
  CHECK(json.find(R"("application":"ssh:pi","resident":false,"verify_required":true,)"
                  R"("touch_required":true)") != std::string::npos);
}

TEST_CASE("the security keys that are plugged in are listed, without PIN or touch") {
  KeyScene scene;
  scene.key.set_pin(kPin);
  scene.key.tries = 5;
  FakeKey locked("/dev/hidraw5", "Model Y");
  locked.fails_to_open = fido::Trouble::not_readable;
  scene.laptop.security_keys.keys.push_back(&locked);
  KeysOptions listing;
  listing.json = true;
  CHECK(keys(listing, scene.laptop.context()) == ExitCode::ok);
  CHECK(
      scene.screen_has("Security key  Model X  /dev/hidraw3  (FIDO_2_1 U2F_V2, firmware 328707, "
                       "PIN set (5 tries left), room for 25 resident keys)\n"));
  CHECK(scene.screen_has("! Security key  Model Y  /dev/hidraw5: "));
  CHECK(scene.key.pins_sent == 0);
  CHECK(scene.key.touches == 0);
  CHECK(scene.laptop.output().find(R"("pin":"set","pin_tries":5)") != std::string::npos);
}

TEST_CASE("a computer without a way to security keys still lists its files") {
  KeyScene scene;
  scene.laptop.make_key();
  scene.laptop.security_keys.fails_to_list = fido::Trouble::failed;
  CHECK(keys({}, scene.laptop.context()) == ExitCode::ok);
  CHECK(scene.screen_has("~/.ssh/id_ed25519  SHA256:"));
}
