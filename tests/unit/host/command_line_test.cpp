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
  const auto keygen = parse({"keygen"});
  const auto& made = std::get<KeygenOptions>(keygen);
  CHECK(made.touch_required);
  CHECK_FALSE(made.software);
  CHECK_FALSE(made.overwrite);
  CHECK_FALSE(made.passphrase);
  CHECK_FALSE(made.no_passphrase);
  CHECK_FALSE(made.attestation.has_value());
  CHECK(std::get<KeygenOptions>(parse({"keygen", "--no-passphrase"})).no_passphrase);
  CHECK_FALSE(std::get<KeysOptions>(parse({"keys"})).yes);
  CHECK(std::get<KeysOptions>(parse({"keys", "--json"})).json);
}

TEST_CASE("keygen has the options that it says it has") {
  const auto request = parse({"keygen",
                              "-t",
                              "ecdsa-sk",
                              "--resident",
                              "--verify-required",
                              "--no-touch-required",
                              "--application",
                              "ssh:pi",
                              "--user",
                              "sam",
                              "--overwrite",
                              "--device",
                              "/dev/hidraw3",
                              "--write-attestation",
                              "a",
                              "--challenge",
                              "c",
                              "--passphrase",
                              "-f",
                              "file",
                              "-C",
                              "a comment",
                              "--json"});
  const auto& options = std::get<KeygenOptions>(request);
  CHECK(options.type == "ecdsa");
  CHECK(options.resident);
  CHECK(options.verify_required);
  CHECK_FALSE(options.touch_required);
  CHECK(options.application == "ssh:pi");
  CHECK(options.user == "sam");
  CHECK(options.overwrite);
  CHECK(options.device == "/dev/hidraw3");
  CHECK(options.attestation == "a");
  CHECK(options.challenge == "c");
  CHECK(options.passphrase);
  CHECK(options.file == "file");
  CHECK(options.comment == "a comment");
  CHECK(options.json);
  CHECK(std::get<KeygenOptions>(parse({"keygen", "--write-attestation"})).attestation == "");
  CHECK(std::get<KeygenOptions>(parse({"keygen", "--write-attestation", "--json"})).attestation ==
        "");
}

TEST_CASE("keys, adopt and agent have the options that they say they have") {
  const auto listed = parse(
      {"keys", "--resident", "--device", "d", "--delete-resident", "SHA256:x", "-y", "--json"});
  const auto& keys = std::get<KeysOptions>(listed);
  CHECK(keys.resident);
  CHECK(keys.device == "d");
  CHECK(keys.delete_resident == "SHA256:x");
  CHECK(keys.yes);
  const auto brought = parse({"adopt", "--resident", "--device", "d", "--json"});
  const auto& resident = std::get<AdoptOptions>(brought);
  CHECK(resident.resident);
  CHECK(resident.device == "d");
  CHECK(resident.target.empty());
  CHECK(std::get<AdoptOptions>(parse({"adopt", "pi@host", "-c", "-"})).target == "pi@host");
  CHECK(std::get<AgentOptions>(parse({"agent", "add", "file"})).key == "file");
}

TEST_CASE("help and version are answers, not errors") {
  CHECK(std::get<TextWanted>(parse({"--version"})).text == "latchkey 9.9\n");
  for (const auto* command : {"enroll", "keygen", "keys", "adopt", "agent"}) {
    CHECK(std::holds_alternative<TextWanted>(parse({command, "--help"})));
  }
  CHECK(std::get<TextWanted>(parse({"enroll", "--help"})).text.find("{false}") ==
        std::string::npos);
}

TEST_CASE("what makes no sense is refused with words") {
  for (const auto& arguments :
       std::vector<std::vector<const char*>>{{},
                                             {"enroll"},
                                             {"enrol", "x"},
                                             {"keys", "--colour"},
                                             {"enroll", "a", "b"},
                                             {"agent"},
                                             {"agent", "add"},
                                             {"keygen", "-t", "rsa"},
                                             {"keygen", "--passphrase", "--no-passphrase"},
                                             {"enroll", "a", "--code"}}) {
    const auto request = parse(arguments);
    const auto* error = std::get_if<UsageError>(&request);
    REQUIRE(error != nullptr);
    CHECK_FALSE(error->text.empty());
  }
}
