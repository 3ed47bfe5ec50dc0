// SPDX-License-Identifier: MIT
// A role that does what the file "behaviour" beside it says: how the real ones may look to the
// monitor on a bad day. Tests copy it under the name of the role that it stands for.
#include <dirent.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <string>

#include "firmware/keyfile/outcome.hpp"
#include "firmware/roles/keyfile_messages.hpp"
#include "firmware/roles/net_messages.hpp"
#include "firmware/roles/role_channel.hpp"
#include "firmware/roles/token_messages.hpp"
#include "firmware/roles/verify_messages.hpp"

using namespace latchkey;

namespace {

roles::RoleChannel monitor_end(roles::kRoleChannel);

[[noreturn]] void wait_for_death() {
  while (true) ::pause();
}

/// Everything this process was given: a line each.
std::string describe_self(char** environment) {
  std::string text;
  for (; *environment != nullptr; ++environment) text += "env " + std::string(*environment) + "\n";
  DIR* folder = ::opendir("/proc/self/fd");
  while (const dirent* entry = ::readdir(folder)) {
    const std::string name = entry->d_name;
    if (name[0] != '.' && name != std::to_string(::dirfd(folder))) text += "fd " + name + "\n";
  }
  ::closedir(folder);
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    for (const char* field :
         {"Uid:", "Gid:", "Groups:", "Cap", "NoNewPrivs:", "SigBlk:", "SigIgn:"}) {
      if (line.starts_with(field)) text += line + "\n";
    }
  }
  char* where = ::getcwd(nullptr, 0);
  text += "cwd " + std::string(where) + "\n";
  ::free(where);
  const char* names[] = {"stdin ", "stdout ", "stderr "};
  for (int number = 0; number < 3; ++number) {
    const auto link = "/proc/self/fd/" + std::to_string(number);
    char* file = ::realpath(link.c_str(), nullptr);
    text += names[number] + std::string(file == nullptr ? "none" : file) + "\n";
    ::free(file);
  }
  text += ::getsid(0) == ::getpid() ? "session own\n" : "session another's\n";
  text += ::open("/dev/tty", O_RDWR | O_CLOEXEC) < 0 ? "terminal none\n" : "terminal some\n";
  return text;
}

/// Takes the one question, whatever it is.
void hear_question() { (void)monitor_end.receive_packet(1U << 20U); }

void serve(const std::string& folder) {
  hear_question();
  roles::PeerGreeted greeted;
  greeted.peer = static_cast<std::uint32_t>(::getpid());
  (void)monitor_end.send(roles::FromNet(greeted));
  // Reads until the monitor's side ends; only then is everything said.
  int told = 0;
  while (monitor_end.receive_packet(1U << 20U)) ++told;
  std::ofstream(folder + "/last_words") << told;
}

/// Makes one key, whose name is our process, and takes its time to end.
void make(const std::string& folder) {
  const auto first = monitor_end.receive<roles::ToToken>();
  const auto* watch = first ? std::get_if<roles::WatchKeys>(&*first) : nullptr;
  roles::KeyArrived arrived;
  arrived.name.assign_cut(watch == nullptr ? "nonsense" : watch->simulation.view());
  (void)monitor_end.send(roles::FromToken(arrived));
  if (const auto order = monitor_end.receive<roles::ToToken>()) {
    roles::KeyMade made;
    (void)made.made.key.assign(as_bytes(std::to_string(::getpid())));
    (void)monitor_end.send(roles::FromToken(made));
  }
  int told = 0;
  while (monitor_end.receive_packet(1U << 20U)) ++told;
  std::ofstream(folder + "/last_words") << told;
}

void answer(const std::string& role) {
  hear_question();
  if (role == "latchkey-keyfile") {
    roles::KeyfileAnswer done;
    done.outcome = static_cast<std::uint8_t>(keyfile::Outcome::added);
    done.text.assign_cut("Added.");
    (void)monitor_end.send(roles::FromKeyfile(done));
  } else {
    roles::KeyVerdict verdict;
    verdict.code = channel::ResultCode::added;
    verdict.text.assign_cut("pid " + std::to_string(::getpid()));
    (void)monitor_end.send(roles::FromVerify(verdict));
  }
}

}  // namespace

// NOLINTNEXTLINE(bugprone-exception-escape): an abort is one more bad day
int main(int /*argc*/, char** argv, char** environment) {
  const std::string program = argv[0];
  const auto slash = program.find_last_of('/');
  const auto folder = program.substr(0, slash);
  std::string behaviour;
  std::ifstream(folder + "/behaviour") >> behaviour;

  if (behaviour == "describe") {
    (void)monitor_end.send_packet(as_bytes(describe_self(environment)));
  } else if (behaviour == "answer") {
    answer(program.substr(slash + 1));
  } else if (behaviour == "serve") {
    serve(folder);
  } else if (behaviour == "make") {
    make(folder);
  } else if (behaviour == "silent") {
    wait_for_death();
  } else if (behaviour == "stopped") {
    ::raise(SIGSTOP);
    wait_for_death();
  } else if (behaviour == "garbage") {
    (void)monitor_end.send_packet(as_bytes("\xff nonsense"));
    wait_for_death();
  } else if (behaviour == "short") {
    (void)monitor_end.send_packet(Bytes(2, 0));
    wait_for_death();
  } else if (behaviour == "huge") {
    (void)monitor_end.send_packet(Bytes(100'000, 0));
    wait_for_death();
  } else if (behaviour == "empty") {
    (void)monitor_end.send_packet({});
    wait_for_death();
  } else if (behaviour == "flood") {
    roles::PeerGreeted greeted;
    greeted.peer = static_cast<std::uint32_t>(::getpid());
    while (monitor_end.send(roles::FromNet(greeted))) {
    }
  } else if (behaviour == "deaf") {
    // Hears nothing more, but lives on with what it was given.
    ::shutdown(roles::kRoleChannel, SHUT_RD);
    wait_for_death();
  }
  return 0;
}
