// SPDX-License-Identifier: MIT
#include <csignal>

#include "core/attest/sk_attest_file.hpp"

#include "tests/unit/host/support/key_scene.hpp"

using namespace latchkey;
using namespace latchkey::host;
using namespace latchkey::host::test;
using Files = std::vector<std::string>;

TEST_CASE("where the file of the attestation is taken, its option is named") {
  KeyScene scene;
  scene.options.attestation = "~/.ssh/kept";
  std::string there = "kept";
  SUBCASE("itself") {}
  SUBCASE("the challenge beside it") { there += ".challenge"; }
  scene.laptop.write(".ssh/" + there, "mine");
  CHECK(scene.make() == exit_code_of(Reason::key_exists));
  CHECK(scene.screen_has("Name another file with --write-attestation FILE."));
  CHECK(scene.key.requests.empty());
}

TEST_CASE("the attestation is kept with its challenge, in OpenSSH's format") {
  KeyScene scene;
  scene.options.attestation = "";
  std::string attestation = "id_ed25519_sk.attestation";
  std::string challenge = "id_ed25519_sk.challenge";
  SUBCASE("beside the key") {}
  SUBCASE("elsewhere") {
    scene.options.attestation = "~/.ssh/kept";
    attestation = "kept";
    challenge = "kept.challenge";
  }
  scene.laptop.write("given", "sixteen bytes it has");
  scene.options.challenge = "~/given";
  CHECK(scene.make() == ExitCode::ok);
  CHECK(scene.laptop.text_of(".ssh/" + challenge) == "sixteen bytes it has");
  CHECK(as_text(scene.key.requests.at(0).challenge) == "sixteen bytes it has");
  const auto text = scene.laptop.text_of(".ssh/" + attestation);
  CHECK(text.find("ssh-sk-attest-v01") != std::string::npos);
  const auto kept = attest::read_sk_attest_file(as_bytes(text));
  REQUIRE(kept.has_value());
  CHECK(kept->authenticator_data == Bytes(100, 0x41));
  CHECK(kept->certificate == Bytes(300, 0x30));
}

TEST_CASE("a challenge that will not do is refused before anything is asked") {
  KeyScene scene;
  scene.options.challenge = "~/given";
  auto exit = ExitCode::usage;
  SUBCASE("too short") { scene.laptop.write("given", "short"); }
  SUBCASE("too long") { scene.laptop.write("given", std::string(257, 'x')); }
  SUBCASE("not there") { exit = ExitCode::no_input; }
  CHECK(scene.make() == exit);
  CHECK(scene.key.opened == 0);
}
