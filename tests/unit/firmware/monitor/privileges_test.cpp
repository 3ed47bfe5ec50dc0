// SPDX-License-Identifier: MIT
#include "firmware/monitor/privileges.hpp"

#include <doctest/doctest.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <algorithm>
#include <csignal>
#include <fstream>
#include <initializer_list>
#include <map>
#include <sstream>

#include "firmware/monitor/role_process.hpp"
#include "hal/process/linux/posix_runner.hpp"
#include "tests/unit/firmware/monitor/role_folder.hpp"
#include "tests/unit/firmware/support/role_process.hpp"

using namespace latchkey;
using monitor::keep_only;
using monitor::needed_capabilities;
using testing::RoleFolder;

namespace {

constexpr uid_t kNobody = 65'534;
constexpr std::uint16_t kUsualPort = 7822;
const std::string kNone = "0000000000000000";

/// The fields of a /proc/PID/status.
std::map<std::string, std::string> fields_of(std::istream& status) {
  std::map<std::string, std::string> fields;
  for (std::string line; std::getline(status, line);) {
    const auto colon = line.find(":\t");
    if (colon != std::string::npos) fields[line.substr(0, colon)] = line.substr(colon + 2);
  }
  return fields;
}

std::map<std::string, std::string> own_fields() {
  std::ifstream status("/proc/self/status");
  return fields_of(status);
}

/// Runs `check` in a process of its own, which gives its privileges up for good; the number of what
/// did not hold there, 0 when all did.
template <class Check>
int in_child(Check check) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(check());
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

bool may_give_up() { return ::geteuid() == 0 && ::prctl(PR_CAPBSET_READ, CAP_SETPCAP) == 1; }

std::string mask_of(const std::vector<unsigned>& capabilities) {
  std::uint64_t mask = 0;
  for (const auto capability : capabilities) mask |= std::uint64_t{1} << capability;
  std::string text(16, '0');
  for (auto digit = text.rbegin(); digit != text.rend(); ++digit, mask >>= 4U) {
    *digit = "0123456789abcdef"[mask & 0xfU];
  }
  return text;
}

}  // namespace

TEST_CASE("a low port costs one capability more") {
  const auto usual = needed_capabilities(kUsualPort);
  CHECK(usual == std::vector<unsigned>{CAP_KILL, CAP_SETGID, CAP_SETUID});
  for (const auto port : std::initializer_list<std::uint16_t>{0, 1024, 65'535})
    CHECK(needed_capabilities(port) == usual);
  for (const auto port : std::initializer_list<std::uint16_t>{1, 22, 1023}) {
    const auto low = needed_capabilities(port);
    CHECK(low.size() == usual.size() + 1);
    CHECK(std::count(low.begin(), low.end(), CAP_NET_BIND_SERVICE) == 1);
  }
}

TEST_CASE("as root, what is kept is all that is left") {
  if (!may_give_up()) return;
  CHECK(in_child([] {
          if (!keep_only(needed_capabilities(kUsualPort))) return 1;
          auto fields = own_fields();
          const auto kept = mask_of(needed_capabilities(kUsualPort));
          if (fields["CapEff"] != kept || fields["CapPrm"] != kept) return 2;
          if (fields["CapBnd"] != kNone || fields["CapInh"] != kNone) return 3;
          if (fields["CapAmb"] != kNone || fields["NoNewPrivs"] != "1") return 4;
          return 0;
        }) == 0);
}

TEST_CASE("as root, nothing that is started has any capability, whoever it runs as") {
  if (!may_give_up()) return;
  const RoleFolder folder("describe");
  CHECK(in_child([&folder] {
          if (!keep_only(needed_capabilities(kUsualPort))) return 1;
          process::PosixRunner runner;  // as sshd -T is run: still root
          process::Command command;
          command.arguments = {"/bin/cat", "/proc/self/status"};
          const auto root = runner.run(command);
          if (!root) return 2;
          std::istringstream of_root(root->output);
          auto role =
              monitor::RoleProcess::start({folder.file("latchkey-net"),
                                           monitor::Identity{"nobody", kNobody, kNobody, false},
                                           {}});
          if (!role || !testing::wait_readable(role->channel().descriptor())) return 3;
          const auto said = role->channel().receive_packet(1U << 20U);
          if (!said) return 4;
          std::istringstream of_role{std::string(as_text(*said))};
          int wrong = 5;
          for (auto* status : {&of_root, &of_role}) {
            auto fields = fields_of(*status);
            for (const auto* set : {"CapEff", "CapPrm", "CapBnd", "CapInh", "CapAmb"}) {
              if (fields[set] != kNone) return wrong;
            }
            if (fields["NoNewPrivs"] != "1") return wrong + 1;
            wrong += 2;
          }
          return 0;
        }) == 0);
}

TEST_CASE("as root, roles of other users can still be ended") {
  if (!may_give_up()) return;
  const RoleFolder folder("silent");
  const auto failed = in_child([&folder] {
    if (!keep_only(needed_capabilities(kUsualPort))) return 1;
    bool stray = false;
    {
      const auto role = monitor::RoleProcess::start(
          {folder.file("latchkey-net"), monitor::Identity{"nobody", kNobody, kNobody, false}, {}},
          [&stray](pid_t) { stray = true; });
      if (!role) return 2;
      std::ofstream(folder.file("pid")) << role->pid();
      // It becomes that user a moment after it was started.
      std::map<std::string, std::string> fields;
      do {
        std::ifstream status("/proc/" + std::to_string(role->pid()) + "/status");
        fields = fields_of(status);
      } while (!fields.empty() && !fields["Uid"].starts_with(std::to_string(kNobody)));
    }
    return stray || testing::has_children() ? 3 : 0;
  });
  CHECK(failed == 0);
  if (failed != 3) return;
  pid_t left = 0;
  std::ifstream(folder.file("pid")) >> left;
  if (left > 1) ::kill(left, SIGKILL);
}

TEST_CASE("what is not there cannot be kept, and nobody goes on with more") {
  if (!may_give_up()) return;
  CHECK(in_child([] {
          if (!keep_only({CAP_KILL})) return 1;
          const auto again = keep_only(needed_capabilities(kUsualPort));
          if (again) return 2;
          return again.error().is(Errc::refused) ? 0 : 3;
        }) == 0);
}
