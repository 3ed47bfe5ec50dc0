// SPDX-License-Identifier: MIT
#pragma once

#include <doctest/doctest.h>
#include <fstream>
#include <iterator>
#include <optional>

#include "core/attest/judgement.hpp"
#include "core/channel/statement.hpp"
#include "core/ssh/sshsig.hpp"
#include "firmware/roles/token_messages.hpp"
#include "hal/fido/problem.hpp"
#include "hal/process/linux/posix_runner.hpp"
#include "tests/unit/firmware/support/role_process.hpp"
#include "tests/unit/firmware/token/key_program.hpp"
#include "tests/unit/temp_folder.hpp"

namespace latchkey::testing {

extern const char* const kTokenProgram;  ///< the role; whoever includes this knows where it is

inline constexpr std::string_view kStatement = "the statement";

inline std::string read_text(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// A Pi with two places for keys, and the role that watches them.
struct Pi {
  test::TempFolder folder;
  std::optional<KeyProgram> key;
  std::optional<KeyProgram> second;
  std::optional<RoleProcess> role;

  void plug(std::vector<std::string> arguments) { key.emplace(folder.file("1"), arguments); }
  void plug_second() { second.emplace(folder.file("2"), std::vector<std::string>{}); }

  void watch() {
    role.emplace(RoleStart{kTokenProgram, {}, {}});
    roles::WatchKeys watch;
    REQUIRE(watch.simulation.assign(folder.path()));
    say(watch);
  }
  void say(const roles::ToToken& message) { REQUIRE(role->channel().send(message).has_value()); }
  void type(std::string_view pin) {
    roles::UsePin typed;
    REQUIRE(typed.pin.assign(as_bytes(pin)));
    say(typed);
  }

  template <class Message>
  Message hear() {
    const auto message = role->receive<roles::FromToken>();
    REQUIRE(message.has_value());
    const auto* failed = std::get_if<roles::TokenFailed>(&*message);
    const auto why = failed != nullptr ? failed->text.str() : "";
    CAPTURE(why);
    const auto index = message->index();
    CAPTURE(index);
    const auto* expected = std::get_if<Message>(&*message);
    REQUIRE(expected != nullptr);
    return *expected;
  }
  /// A key that is there, an order, and a touch.
  roles::KeyMade make(const roles::MakeKey& wanted) {
    watch();
    hear<roles::KeyArrived>();
    say(wanted);
    return touch();
  }
  roles::KeyMade touch(const std::string& what = "touch") {
    hear<roles::TouchWanted>();
    key->wait_for(what);
    key->command("touch once");
    return hear<roles::KeyMade>();
  }
  fido::Trouble fail() {
    const auto failed = hear<roles::TokenFailed>();
    CHECK(failed.text.view().ends_with("."));
    return static_cast<fido::Trouble>(failed.trouble);
  }
  void end() {
    role->close_channel();
    CHECK(role->wait_for_end() == 0);
  }

  /// As latchkey-verify does, with this key's own maker for a root that is trusted.
  attest::Judgement judge(const roles::KeyMade& answer) {
    const auto record = attest::decode_record(answer.made.attestation.view());
    REQUIRE(record.has_value());
    CHECK(record->challenge.empty());
    const auto offered = ssh::PublicKey::parse(answer.made.key.view());
    REQUIRE(offered.has_value());
    attest::CertificateStore roots;
    attest::CertificateStore intermediates;  // a U2F key gives none
    REQUIRE(roots.add_pem(read_text(key->folder() + "/attestation-root.pem")));
    REQUIRE(intermediates.add_pem(read_text(key->folder() + "/attestation-intermediate.pem")));
    return attest::judge({record->attestation, Bytes(32, 9), *offered}, roots, intermediates,
                         std::nullopt);
  }

  /// By ssh-keygen.
  bool holds(const roles::KeyMade& answer) {
    std::ofstream(folder.file("signature")) << ssh::armor(answer.signature.view());
    process::PosixRunner runner;
    process::Command command;
    command.arguments = {"ssh-keygen",
                         "-Y",
                         "check-novalidate",
                         "-n",
                         channel::kProofNamespace,
                         "-s",
                         folder.file("signature")};
    command.input = to_bytes(as_bytes(kStatement));
    const auto done = runner.run(command);
    REQUIRE(done.has_value());
    const auto signature = ssh::Sshsig::parse(answer.signature.view());
    return done->status == 0 && signature && signature->user_present() &&
           signature->public_key.blob() == answer.made.key.bytes();
  }
};

}  // namespace latchkey::testing
