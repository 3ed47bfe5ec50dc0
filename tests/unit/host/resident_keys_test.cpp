// SPDX-License-Identifier: MIT
#include "host/resident_keys.hpp"

#include "core/ssh/fingerprint.hpp"
#include "tests/unit/host/support/interrupting_random.hpp"
#include "tests/unit/host/support/key_scene.hpp"

using namespace latchkey;
using namespace latchkey::host;
using namespace latchkey::host::test;
using Files = std::vector<std::string>;

namespace {

struct Residents : KeyScene {
  Residents() {
    key.set_pin(kPin);
    key.residents = {
        {some_sk_key(fido::Algorithm::ed25519, "ssh:", 1), Bytes(64, 1), "", false},
        {some_sk_key(fido::Algorithm::ecdsa_p256, "ssh:pi"), Bytes(64, 2), "sam", true}};
    adopting.resident = true;
  }
  [[nodiscard]] std::string fingerprint(std::size_t index) const {
    return ssh::fingerprint(key.residents.at(index).key.blob()).value();
  }
  ExitCode bring() { return adopt(adopting, laptop.context()); }
  ExitCode list() { return keys(listing, laptop.context()); }
  void type_pin() { laptop.type(std::string(kPin) + "\n"); }

  AdoptOptions adopting;
  KeysOptions listing;
};

}  // namespace

TEST_CASE("resident keys are brought here under the names that ssh-keygen -K gives them") {
  Residents scene;
  scene.type_pin();
  CHECK(scene.bring() == ExitCode::ok);
  CHECK(scene.files() == Files{"id_ecdsa_sk_rk_pi_sam", "id_ecdsa_sk_rk_pi_sam.pub",
                               "id_ed25519_sk_rk", "id_ed25519_sk_rk.pub"});
  const auto verified = scene.saved("id_ecdsa_sk_rk_pi_sam");
  CHECK(verified.public_key == scene.key.residents[1].key);
  CHECK(verified.key_handle == scene.key.residents[1].handle);
  CHECK(verified.comment == "ssh:pi sam");
  CHECK(verified.flags ==
        (ssh::sk_flag::kUserPresence | ssh::sk_flag::kUserVerification | ssh::sk_flag::kResident));
  CHECK(scene.saved("id_ed25519_sk_rk").flags ==
        (ssh::sk_flag::kUserPresence | ssh::sk_flag::kResident));
  CHECK(scene.key.pins_sent == 1);
  CHECK(scene.key.touches == 0);
}

TEST_CASE("what is here already is left as it is, and another key's file too") {
  Residents scene;
  scene.laptop.write(".ssh/id_ed25519_sk_rk", "another's");
  scene.type_pin();
  CHECK(scene.bring() == ExitCode::ok);
  CHECK(scene.laptop.text_of(".ssh/id_ed25519_sk_rk") == "another's");
  CHECK(scene.saved("id_ed25519_sk_rk_2").public_key == scene.key.residents[0].key);
  const auto before = scene.files();
  scene.type_pin();
  scene.adopting.json = true;
  CHECK(scene.bring() == ExitCode::ok);
  CHECK(scene.files() == before);
  CHECK(scene.screen_has("here already: ~/.ssh/id_ed25519_sk_rk_2"));
  CHECK(scene.laptop.output().find(R"("adopted":[],"already_there":[")") != std::string::npos);
}

TEST_CASE("a name that the security key gives never leaves the folder") {
  fido::ResidentKey resident{some_sk_key(fido::Algorithm::ed25519, "ssh:../../etc/passwd"),
                             Bytes(64, 1), "../.bash rc\n", false};
  CHECK(resident_file_name(resident) == "id_ed25519_sk_rk_.._.._etc_passwd_.._.bash_rc_");
  resident.key = some_sk_key(fido::Algorithm::ed25519, "ssh://host");
  resident.user = std::string(5000, 'x');
  CHECK(resident_file_name(resident) == "id_ed25519_sk_rk_host_" + std::string(64, 'x'));
}

TEST_CASE("resident keys are listed with what is known of them") {
  Residents scene;
  scene.listing.resident = true;
  scene.listing.json = true;
  scene.type_pin();
  CHECK(scene.list() == ExitCode::ok);
  CHECK(scene.screen_has("Resident keys on Model X  /dev/hidraw3:\n"));
  CHECK(scene.screen_has(scene.fingerprint(1) +
                         "  (sk-ecdsa-sha2-nistp256@openssh.com, ssh:pi, user sam, PIN or finger "
                         "at each use)  not here"));
  CHECK(scene.laptop.output().find(scene.fingerprint(0)) != std::string::npos);
  CHECK(scene.key.pins_sent == 1);
}

TEST_CASE("Ctrl-C while the files are written leaves none out") {
  Residents scene;
  scene.type_pin();
  InterruptingRandom random([&scene] { return scene.key.closed == 1; });
  CHECK(adopt(scene.adopting, random.in(scene.laptop.context())) == ExitCode::ok);
  CHECK(random.presses > 1);
  CHECK(scene.files().size() == 4);
}

TEST_CASE("what was brought here is told also when not all of it could be") {
  Residents scene;
  scene.key.residents[0].handle = Bytes(ssh::kMaxKeyHandle + 1, 1);
  scene.adopting.json = true;
  scene.type_pin();
  CHECK(scene.bring() != ExitCode::ok);
  const auto json = scene.laptop.output();
  CHECK(json.find(R"("ok":false,"adopted":[")") != std::string::npos);
  CHECK(json.find("id_ecdsa_sk_rk_pi_sam\"],\"already_there\":[],\"error\":\"") !=
        std::string::npos);
  CHECK(std::ranges::count(json, '\n') == 1);
}

TEST_CASE("ssh hears Ctrl-C while it is asked where keys are") {
  Residents scene;
  scene.listing.resident = true;
  int asked = 0;
  scene.laptop.programs.play("ssh", [&](const process::Command& /*command*/) {
    sigset_t now{};
    ::pthread_sigmask(SIG_BLOCK, nullptr, &now);
    CHECK(::sigismember(&now, SIGINT) == 0);
    ++asked;
    return Result<process::Finished>(process::Finished{
        0, "hostname latchkey.invalid\nuser ada\nport 22\nidentityagent none\n", {}});
  });
  scene.type_pin();
  CHECK(scene.list() == ExitCode::ok);
  CHECK(asked == 1);
}

TEST_CASE("one is deleted on a yes, with one PIN for all of it") {
  Residents scene;
  scene.listing.delete_resident = scene.fingerprint(1);
  const auto other = scene.fingerprint(0);
  scene.type_pin();
  SUBCASE("yes") {
    scene.laptop.type("y\n");
    CHECK(scene.list() == ExitCode::ok);
    REQUIRE(scene.key.residents.size() == 1);
    CHECK(scene.fingerprint(0) == other);
    CHECK(scene.key.typed == Files{kPin, kPin});
  }
  SUBCASE("--yes") {
    scene.listing.yes = true;
    CHECK(scene.list() == ExitCode::ok);
    CHECK(scene.key.residents.size() == 1);
  }
  SUBCASE("nothing is no") {
    scene.laptop.type("\n");
    CHECK(scene.list() == ExitCode::cancelled);
    CHECK(scene.key.residents.size() == 2);
  }
  SUBCASE("none of that fingerprint") {
    scene.listing.yes = true;
    scene.listing.delete_resident = "SHA256:nothing";
    CHECK(scene.list() == exit_code_of(Reason::no_key));
    CHECK(scene.key.residents.size() == 2);
  }
}

TEST_CASE("no PIN is asked for where there can be nothing to see") {
  Residents scene;
  auto reason = Reason::security_key_cannot;
  SUBCASE("no PIN is set") {
    scene.key.info.pin = fido::PinState::not_set;
    reason = Reason::pin_not_set;
  }
  SUBCASE("no credential management") { scene.key.info.manages_credentials = false; }
  SUBCASE("U2F alone") { scene.key.info = {}; }
  scene.type_pin();
  CHECK(scene.bring() == exit_code_of(reason));
  CHECK(scene.key.pins_sent == 0);
}

TEST_CASE("two wrong PINs end it") {
  Residents scene;
  scene.laptop.type("wrong one\nwrong two\n" + std::string(kPin) + "\n");
  CHECK(scene.bring() == exit_code_of(Reason::pin_wrong));
  CHECK(scene.key.pins_sent == 2);
  CHECK(scene.files().empty());
}

TEST_CASE("adopt wants to know from where") {
  Residents scene;
  scene.adopting.target = "pi@raspberrypi.local";
  CHECK(scene.bring() == ExitCode::usage);
  scene.adopting = {};
  CHECK(scene.bring() == ExitCode::usage);
  CHECK(scene.key.opened == 0);
}
