// SPDX-License-Identifier: MIT
#include "tests/unit/host/support/laptop.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <algorithm>
#include <fstream>
#include <sstream>

#include "core/ssh/fingerprint.hpp"
#include "host/key_file.hpp"

namespace latchkey::host::test {
namespace {

std::string content_of(int file) {
  std::string text;
  char piece[4096];
  off_t at = 0;
  for (ssize_t got = 0; (got = ::pread(file, piece, sizeof piece, at)) > 0; at += got) {
    text.append(piece, static_cast<std::size_t>(got));
  }
  return text;
}

std::string after(const process::Command& command, const std::string& option) {
  const auto at = std::ranges::find(command.arguments, option);
  return at == command.arguments.end() || at + 1 == command.arguments.end() ? "" : *(at + 1);
}

}  // namespace

Result<process::Finished> PlayedPrograms::run(const process::Command& command) {
  history_.push_back(command);
  const auto last = std::find_if(plays_.rbegin(), plays_.rend(), [&](const auto& one) {
    return one.first == command.arguments.front();
  });
  return last == plays_.rend() ? real_.run(command) : last->second(command);
}

Laptop::Laptop() : folder_(TemporaryFolder::make().value()) {
  home = {folder_.path() + "/home", "ada"};
  REQUIRE(::mkdir(home.path.c_str(), 0700) == 0);
  REQUIRE(::pipe2(keyboard_, O_CLOEXEC) == 0);
  REQUIRE(::pipe2(pipe_, O_CLOEXEC) == 0);
  screen_ = ::memfd_create("screen", MFD_CLOEXEC);
  output_ = ::memfd_create("output", MFD_CLOEXEC);
  programs.play("ssh", [this](const auto& command) { return play_ssh(command); });
}

Laptop::~Laptop() {
  end_input();
  for (const int file : {keyboard_[0], pipe_[0], screen_, output_}) ::close(file);
}

void Laptop::type(const std::string& keys) {
  REQUIRE(::write(keyboard_[1], keys.data(), keys.size()) == static_cast<ssize_t>(keys.size()));
}
void Laptop::pipe_in(const std::string& text) {
  REQUIRE(::write(pipe_[1], text.data(), text.size()) == static_cast<ssize_t>(text.size()));
}
void Laptop::end_input() {
  for (int* end : {&keyboard_[1], &pipe_[1]}) {
    if (*end >= 0) ::close(*end);
    *end = -1;
  }
}
std::string Laptop::screen() const { return content_of(screen_); }
std::string Laptop::output() const { return content_of(output_); }

Context Laptop::context() {
  terminal_ = std::make_unique<Terminal>(
      Terminal::Streams{keyboard_[0], screen_, screen_, interactive, false});
  return {home,   "laptop",      programs,   dialer,   clock,
          random, security_keys, *terminal_, pipe_[0], output_};
}

std::string Laptop::path(const std::string& below_home) const {
  return home.path + "/" + below_home;
}

std::string Laptop::make_key(const std::string& name, const std::string& type) {
  ::mkdir(home.ssh_directory().c_str(), 0700);
  process::PosixRunner runner;
  const auto file = home.ssh_directory() + "/" + name;
  const auto made = runner.run(
      {{"ssh-keygen", "-q", "-t", type, "-N", "", "-C", "ada@laptop", "-f", file}, {}, {}});
  REQUIRE(made.has_value());
  REQUIRE(made->status == 0);
  return ssh::fingerprint(KeyFile::read(file).value().key.blob()).value();
}

std::string Laptop::text_of(const std::string& below_home) const {
  std::ifstream file(path(below_home), std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

void Laptop::write(const std::string& below_home, const std::string& text) const {
  ::mkdir(home.ssh_directory().c_str(), 0700);
  std::ofstream(path(below_home), std::ios::binary) << text;
}

Result<process::Finished> Laptop::play_ssh(const process::Command& command) {
  const auto& arguments = command.arguments;
  if (std::ranges::find(arguments, "-G") != arguments.end()) {
    const auto user = after(command, "-l");
    const auto said = "user " + (user.empty() ? home.user : user) + "\nhostname " +
                      arguments.back() + "\nport 22\nidentityfile ~/.ssh/id_ed25519\n" +
                      "userknownhostsfile " + home.path + "/.ssh/known_hosts\n" +
                      "identityagent none\n" + config;
    return process::Finished{0, said, {}};
  }
  logins.push_back(command);
  const auto key = KeyFile::read(after(command, "-i"));
  const auto ours = key ? ssh::fingerprint(key->key.blob()).value() : std::string("SHA256:none");
  std::ofstream log(after(command, "-E"));
  if (login == PlayedLogin::stopped) {
    log << "debug1: connect to address 127.0.0.1 port 22: Connection refused\n"
        << "ssh: connect to host raspberrypi.local port 22: Connection refused\n";
    return process::Finished{255, {}, {}};
  }
  log << "debug1: Connection established.\n"
      << "debug1: Offering public key: /home/ada/.ssh/id_ed25519 ED25519 " << ours << " explicit\n";
  if (login == PlayedLogin::refused) {
    log << "debug1: No more authentication methods to try.\n"
        << "pi@raspberrypi.local: Permission denied (publickey).\n";
    return process::Finished{255, {}, {}};
  }
  const auto accepted = login == PlayedLogin::another_key ? std::string("SHA256:another") : ours;
  log << "debug1: Server accepts key: /home/ada/.ssh/id_ed25519 ED25519 " << accepted
      << " explicit\n";
  if (login == PlayedLogin::not_signed) return fail(Errc::timed_out);
  log << "Authenticated to raspberrypi.local ([127.0.0.1]:22) using \"publickey\".\n";
  return process::Finished{0, {}, {}};
}

}  // namespace latchkey::host::test
