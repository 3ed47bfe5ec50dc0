// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include "host/command_line.hpp"
#include "tests/unit/host/support/security_key_scene.hpp"

using namespace latchkey::host;
using namespace latchkey::host::test;

namespace {

Request parse(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "latchkey");
  return parse_command_line(static_cast<int>(arguments.size()), arguments.data(), "9.9");
}

}  // namespace

TEST_CASE("enroll is told where a new key comes from and what it is like") {
  auto request =
      parse({"enroll", "pi", "--new", "-t", "ecdsa-sk", "--resident", "--verify-required",
             "--application", "ssh:a", "--user", "u", "--device", "/dev/hidraw3"});
  const auto* options = std::get_if<EnrollOptions>(&request);
  REQUIRE(options != nullptr);
  CHECK(options->make_new);
  CHECK(options->type == "ecdsa");
  CHECK(options->resident);
  CHECK(options->verify_required);
  CHECK(options->application == "ssh:a");
  CHECK(options->user == "u");
  CHECK(options->device == "/dev/hidraw3");
  CHECK_FALSE(options->on_pi);
  CHECK_FALSE(options->software);

  request = parse({"enroll", "pi", "--on-pi", "--existing"});
  options = std::get_if<EnrollOptions>(&request);
  REQUIRE(options != nullptr);
  CHECK(options->on_pi);
  CHECK(options->existing);
  CHECK(std::get<EnrollOptions>(parse({"enroll", "pi", "--software"})).software);
  CHECK(std::holds_alternative<UsageError>(parse({"enroll", "pi", "-t", "rsa"})));
}

TEST_CASE("adopt answers as enroll does") {
  const auto request = parse({"adopt", "pi@host", "-y", "--no-verify", "--no-host-block",
                              "--replace-host-key", "-F", "config"});
  const auto* const options = std::get_if<AdoptOptions>(&request);
  REQUIRE(options != nullptr);
  CHECK(options->yes);
  CHECK_FALSE(options->verify);
  CHECK_FALSE(options->host_block);
  CHECK(options->replace_host_key);
  CHECK(options->config_file == "config");
}

TEST_CASE("options that shut each other out are a mistake, and nobody is connected to") {
  SecurityKeyScene scene;
  auto& options = scene.options;
  SUBCASE("two sources") {
    options.make_new = true;
    options.on_pi = true;
  }
  SUBCASE("a named key and a new one") {
    options.key = "~/.ssh/id_ed25519";
    options.make_new = true;
  }
  SUBCASE("--existing here") { options.existing = true; }
  SUBCASE("--existing of a kind") {
    options.on_pi = true;
    options.existing = true;
    options.type = "ecdsa";
  }
  SUBCASE("--device in the Pi") {
    options.on_pi = true;
    options.device = "/dev/hidraw3";
  }
  SUBCASE("a resident software key") {
    options.software = true;
    options.resident = true;
  }
  SUBCASE("an application that is none of ssh") { options.application = "web:"; }
  SUBCASE("a user that is too long") {
    options.resident = true;
    options.user = std::string(32, 'a');
  }
  SUBCASE("a user of no resident key") { options.user = "ada"; }
  SUBCASE("a user of a key in the Pi that is not resident") {
    options.on_pi = true;
    options.user = "ada";
  }
  CHECK(scene.run() == ExitCode::usage);
  CHECK(scene.laptop.dialer.history().empty());
  CHECK(contains(scene.screen(), "✗ "));
}

TEST_CASE("--user is not the account, and says where that stands") {
  SecurityKeyScene scene;
  scene.options.user = "ada";
  CHECK(scene.run() == ExitCode::usage);
  CHECK(contains(scene.screen(), "The account stands before the Pi: ada@PI"));
}

TEST_CASE("what a new key shall be like is said of one here, and never ends in the Pi") {
  SecurityKeyScene scene;
  scene.laptop.security_keys.keys.clear();
  scene.laptop.interactive = false;
  auto& options = scene.options;
  SUBCASE("--device") { options.device = "/dev/hidraw3"; }
  SUBCASE("--resident") { options.resident = true; }
  SUBCASE("--verify-required") { options.verify_required = true; }
  SUBCASE("--type") { options.type = "ecdsa"; }
  CHECK(scene.run_without_terminal() == exit_code_of(Reason::no_security_key));
  CHECK(scene.laptop.dialer.history().empty());
}
