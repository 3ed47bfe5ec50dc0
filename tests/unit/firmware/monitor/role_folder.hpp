// SPDX-License-Identifier: MIT
#pragma once

#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cerrno>
#include <fstream>
#include <string>

#include "hal/descriptor.hpp"
#include "tests/unit/temp_folder.hpp"

namespace latchkey::testing {

/// A folder of roles that all behave as they are told (test_role.cpp). Any user may run them.
class RoleFolder final {
 public:
  explicit RoleFolder(const std::string& behaviour);
  void behave(const std::string& behaviour) const {
    std::ofstream(folder_.file("behaviour")) << behaviour;
  }
  [[nodiscard]] std::string path() const { return folder_.path(); }
  [[nodiscard]] std::string file(const std::string& name) const { return folder_.file(name); }

 private:
  test::TempFolder folder_;
};

/// Readable once the process has ended.
inline hal::Descriptor watch_process(pid_t process) {
  return hal::Descriptor(static_cast<int>(::syscall(SYS_pidfd_open, process, 0)));
}

/// Whether we have a child, dead or alive.
inline bool has_children() {
  siginfo_t info{};
  return ::waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0 || errno != ECHILD;
}

}  // namespace latchkey::testing
