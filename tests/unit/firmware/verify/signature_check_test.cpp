// SPDX-License-Identifier: MIT
// What is made of an ssh-keygen that cannot work: never a proof.
#include "firmware/verify/signature_check.hpp"

#include <doctest/doctest.h>

#include "firmware/verify/proof_check.hpp"
#include "hal/process/sim/scripted_runner.hpp"
#include "tests/unit/firmware/verify/key_maker.hpp"

using namespace latchkey;
using namespace latchkey::testing;
using channel::ResultCode;

namespace {

roles::ProofQuestion proved_question(KeyMaker& maker) {
  const auto key = maker.make("ed25519");
  auto question = question_about(key.blob);
  REQUIRE(question.signature.assign(maker.sign(key, statement_of(question))));
  return question;
}

}  // namespace

TEST_CASE("the exit status of ssh-keygen decides, and only 0 is a proof") {
  KeyMaker maker;
  const auto question = proved_question(maker);
  for (const auto& [status, code] :
       std::vector<std::pair<int, ResultCode>>{{0, ResultCode::added},
                                               {255, ResultCode::not_proved},
                                               {1, ResultCode::not_proved},
                                               {127, ResultCode::internal},
                                               {128 + 31, ResultCode::internal},
                                               {128 + 11, ResultCode::internal}}) {
    CAPTURE(status);
    process::ScriptedRunner runner;
    runner.expect("ssh-keygen", process::Finished{status, "", ""});
    CHECK(verify::check_proof(runner, question).code == code);
  }
}

TEST_CASE("a missing ssh-keygen is told as such") {
  KeyMaker maker;
  process::ScriptedRunner runner;
  const auto verdict = verify::check_proof(runner, proved_question(maker));
  CHECK(verdict.code == ResultCode::internal);
  CHECK(verdict.text.view().find("openssh-client") != std::string_view::npos);
}

TEST_CASE("ssh-keygen gets the statement, the key and nothing that the peer chose as an argument") {
  KeyMaker maker;
  auto question = proved_question(maker);
  REQUIRE(question.account.assign("-O*,root"));
  process::ScriptedRunner runner;
  std::string signers;
  runner.expect("ssh-keygen", [&](const process::Command& command) {
    const auto bytes = read_bytes(command.arguments.at(4));
    signers = as_text(bytes);
    return process::Finished{255, "", ""};
  });
  (void)verify::check_proof(runner, question);
  REQUIRE(runner.history().size() == 1);
  const auto& command = runner.history().front();
  CHECK(command.input == statement_of(question));
  for (const auto& argument : command.arguments) {
    CHECK(argument.find("root") == std::string::npos);
  }
  CHECK(signers.find("root") == std::string::npos);
  CHECK(signers.ends_with("\n"));
  CHECK(std::count(signers.begin(), signers.end(), '\n') == 1);
}

TEST_CASE("a weak key or a broken envelope is refused before any program runs") {
  KeyMaker maker;
  process::ScriptedRunner runner;
  auto question = proved_question(maker);
  auto broken = question;
  REQUIRE(broken.signature.assign(Bytes(10, 1)));
  CHECK(verify::check_proof(runner, broken).code == ResultCode::not_proved);
  CHECK(verify::check_proof(runner, question_about(maker.make("rsa", "1024").blob)).code ==
        ResultCode::key_too_weak);
  CHECK(runner.history().empty());
}
