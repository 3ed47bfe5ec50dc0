// SPDX-License-Identifier: MIT
#include "host/ssh_add.hpp"

namespace latchkey::host {

Platform this_platform() noexcept {
#ifdef __APPLE__
  return Platform::macos;
#else
  return Platform::linux_like;
#endif
}

std::vector<std::string> ssh_add_command(Platform platform, const std::string& provider,
                                         const std::string& file) {
  std::vector<std::string> command{"ssh-add"};
  if (platform == Platform::macos) command.emplace_back("--apple-use-keychain");
  if (!provider.empty()) {
    command.emplace_back("-S");
    command.push_back(provider);
  }
  command.emplace_back("--");
  command.push_back(file);
  return command;
}

}  // namespace latchkey::host
