// SPDX-License-Identifier: MIT
#pragma once

#include <sys/stat.h>
#include <algorithm>
#include <fstream>
#include <string>

#include "core/attest/record.hpp"
#include "core/channel/statement.hpp"
#include "core/ssh/sshsig.hpp"
#include "core/ssh/wire.hpp"
#include "host/stored_attestation.hpp"
#include "tests/unit/host/support/enrolment_scene.hpp"
#include "tests/unit/host/support/fake_security_keys.hpp"

namespace latchkey::host::test {

/// A laptop without any SSH key, a security key plugged into it, and a Pi that takes keys on
/// security keys. `ssh-keygen -Y sign` signs in the security key's name, without a device.
struct SecurityKeyScene : EnrolmentScene {
  SecurityKeyScene() {
    laptop.security_keys.keys = {&key};
    pi.welcome.key_types = {"sk-ssh-ed25519@openssh.com", "sk-ecdsa-sha2-nistp256@openssh.com",
                            "ssh-ed25519"};
    pi.outcome.hardware = "Model X, attested by Makers Root CA";
    laptop.programs.play("ssh-keygen", [this](const auto& command) { return keygen(command); });
  }

  /// The code from a file: nobody is at the terminal.
  ExitCode run_without_terminal() {
    laptop.interactive = false;
    laptop.write("code", pi.code);
    options.code = laptop.path("code");
    pi.answer(laptop.dialer);
    return run();
  }
  [[nodiscard]] bool has(const std::string& below_home) const {
    struct stat state {};
    return ::lstat(laptop.path(below_home).c_str(), &state) == 0;
  }
  [[nodiscard]] std::string screen() const { return laptop.screen(); }
  /// What the key for this offer has to be made over: all that a signature would cover.
  [[nodiscard]] Bytes challenge_of(const channel::Offer& offer) const {
    const auto host_keys = channel::hash_host_keys({host_key}).value();
    const auto statement =
        channel::enrolment_statement(pi.welcome.challenge, offer.account, offer.limits, host_keys);
    return to_bytes(channel::attestation_challenge(statement).value());
  }

  FakeKey key;
  int signatures = 0;

 private:
  Result<process::Finished> keygen(const process::Command& command) {
    const auto& arguments = command.arguments;
    const bool signs = std::ranges::find(arguments, "sign") != arguments.end();
    const auto file =
        signs ? KeyFile::read(*(std::ranges::find(arguments, "-f") + 1)) : fail(Errc::not_found);
    if (!file || !ssh::is_security_key(file->key.type())) {
      process::PosixRunner real;
      return real.run(command);
    }
    ++signatures;
    ssh::Writer signature;
    signature.string(file->key.type_name()).string(Bytes(64, 7)).uint8(1).uint32(1);
    ssh::Writer blob;
    blob.raw(as_bytes("SSHSIG")).uint32(1).string(file->key.blob());
    blob.string(*(std::ranges::find(arguments, "-n") + 1)).string("").string("sha512");
    blob.string(signature.bytes());
    const auto armored = ssh::armor(blob.bytes());
    if (!command.on_terminal) return process::Finished{0, armored, {}};
    std::ofstream(arguments.back() + ".sig") << armored;
    return process::Finished{0, {}, {}};
  }
};

}  // namespace latchkey::host::test
