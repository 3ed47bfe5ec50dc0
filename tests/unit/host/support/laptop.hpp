// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/crypto/random.hpp"
#include "hal/clock/sim/manual_clock.hpp"
#include "hal/net/sim/scripted_dialer.hpp"
#include "hal/process/linux/posix_runner.hpp"
#include "host/context.hpp"
#include "host/text_file.hpp"
#include "tests/unit/host/support/fake_security_keys.hpp"

namespace latchkey::host::test {

/// ssh, ssh-add and ssh-keygen of the laptop: ssh itself is played (there is no sshd here), the
/// others are the real ones unless a test plays them too.
class PlayedPrograms final : public process::Runner {
 public:
  using Play = std::function<Result<process::Finished>(const process::Command&)>;
  /// The later one goes before.
  void play(std::string program, Play play) { plays_.emplace_back(std::move(program), play); }
  [[nodiscard]] Result<process::Finished> run(const process::Command& command) override;

  [[nodiscard]] const std::vector<process::Command>& history() const { return history_; }

 private:
  std::vector<std::pair<std::string, Play>> plays_;
  std::vector<process::Command> history_;
  process::PosixRunner real_;
};

/// How the played ssh logs in.
enum class PlayedLogin { ours, another_key, refused, stopped, not_signed };

/// A laptop in a folder of its own, with a person at it whose answers are typed ahead.
class Laptop {
 public:
  Laptop();
  ~Laptop();
  Laptop(const Laptop&) = delete;
  Laptop& operator=(const Laptop&) = delete;

  void type(const std::string& keys);        ///< at the terminal
  void pipe_in(const std::string& text);     ///< into standard input, for --code -
  void end_input();                          ///< the writing end of both closes
  [[nodiscard]] std::string screen() const;  ///< all that was written, both streams
  [[nodiscard]] std::string output() const;  ///< what went to standard output as --json
  [[nodiscard]] Context context();

  /// Makes an ed25519 key in ~/.ssh with the real ssh-keygen; returns its fingerprint.
  std::string make_key(const std::string& name = "id_ed25519", const std::string& type = "ed25519");
  [[nodiscard]] std::string path(const std::string& below_home) const;
  [[nodiscard]] std::string text_of(const std::string& below_home) const;
  void write(const std::string& below_home, const std::string& text) const;

  bool interactive = true;
  PlayedLogin login = PlayedLogin::ours;
  std::string config = "hashknownhosts no\n";  ///< more lines of what `ssh -G` prints
  std::vector<process::Command> logins;        ///< the played ssh's

  PlayedPrograms programs;
  net::ScriptedDialer dialer;
  clock::ManualClock clock;
  crypto::SystemRandom random;
  FakeSecurityKeys security_keys;  ///< none is plugged in
  Home home;

 private:
  Result<process::Finished> play_ssh(const process::Command& command);

  TemporaryFolder folder_;
  int keyboard_[2] = {-1, -1};
  int pipe_[2] = {-1, -1};
  int screen_ = -1;
  int output_ = -1;
  std::unique_ptr<Terminal> terminal_;
};

}  // namespace latchkey::host::test
