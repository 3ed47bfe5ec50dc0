// SPDX-License-Identifier: MIT
#include "tests/unit/firmware/monitor/role_folder.hpp"

#include <filesystem>

namespace latchkey::testing {

RoleFolder::RoleFolder(const std::string& behaviour) {
  ::chmod(folder_.path().c_str(), 0777);
  behave(behaviour);
  for (const char* role :
       {"latchkey-net", "latchkey-token", "latchkey-verify", "latchkey-keyfile"}) {
    std::filesystem::copy_file(LATCHKEY_TEST_ROLE, folder_.file(role));
  }
}

}  // namespace latchkey::testing
