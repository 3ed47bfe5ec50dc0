// SPDX-License-Identifier: MIT
#include "host/command_line.hpp"

#include <doctest/doctest.h>
#include <vector>

using namespace latchkey::host;

namespace {

Request parse(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "latchkey");
  return parse_command_line(static_cast<int>(arguments.size()), arguments.data(), "9.9");
}

}  // namespace

TEST_CASE("enroll has the options that it says it has") {
  const auto request =
      parse({"enroll", "pi@host", "--key", "k", "--code", "-", "--json", "--yes", "--no-verify",
             "--no-host-block", "--dry-run", "--expires", "90d", "--from", "10.0.0.1", "--restrict",
             "--replace-host-key", "-F", "config"});
  const auto* options = std::get_if<EnrollOptions>(&request);
  REQUIRE(options != nullptr);
  CHECK(options->target == "pi@host");
  CHECK(options->key == "k");
  CHECK(options->code == "-");
  CHECK(options->expires == "90d");
  CHECK(options->from == "10.0.0.1");
  CHECK(options->config_file == "config");
  CHECK(options->json);
  CHECK(options->yes);
  CHECK_FALSE(options->verify);
  CHECK_FALSE(options->host_block);
  CHECK(options->dry_run);
  CHECK(options->restricted);
  CHECK(options->replace_host_key);
}

TEST_CASE("left out, everything is on that is safe, and nothing else") {
  const auto request = parse({"enroll", "host"});
  const auto& options = std::get<EnrollOptions>(request);
  CHECK(options.verify);
  CHECK(options.host_block);
  CHECK_FALSE(options.yes);
  CHECK_FALSE(options.replace_host_key);
  CHECK(std::get<KeygenOptions>(parse({"keygen"})).passphrase);
  CHECK_FALSE(std::get<KeygenOptions>(parse({"keygen"})).software);
  CHECK_FALSE(std::get<KeygenOptions>(parse({"keygen", "--no-passphrase"})).passphrase);
  CHECK(std::get<KeysOptions>(parse({"keys", "--json"})).json);
}

TEST_CASE("help and version are answers, not errors") {
  CHECK(std::get<TextWanted>(parse({"--version"})).text == "latchkey 9.9\n");
  for (const auto* command : {"enroll", "keygen", "keys"}) {
    CHECK(std::holds_alternative<TextWanted>(parse({command, "--help"})));
  }
  CHECK(std::get<TextWanted>(parse({"enroll", "--help"})).text.find("{false}") ==
        std::string::npos);
}

TEST_CASE("what makes no sense is refused with words") {
  for (const auto& arguments : std::vector<std::vector<const char*>>{{},
                                                                     {"enroll"},
                                                                     {"enrol", "x"},
                                                                     {"keys", "--colour"},
                                                                     {"enroll", "a", "b"},
                                                                     {"enroll", "a", "--code"}}) {
    const auto request = parse(arguments);
    const auto* error = std::get_if<UsageError>(&request);
    REQUIRE(error != nullptr);
    CHECK_FALSE(error->text.empty());
  }
}
