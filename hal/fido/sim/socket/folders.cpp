// SPDX-License-Identifier: MIT
#include "hal/fido/sim/socket/folders.hpp"

#include <dirent.h>

#include <algorithm>
#include <memory>

namespace latchkey::fido::sim {
namespace {

constexpr std::size_t kMaxFolders = 64;

struct CloseFolder {
  void operator()(DIR* folder) const noexcept { ::closedir(folder); }
};

}  // namespace

std::vector<std::string> split_folders(std::string_view list) {
  std::vector<std::string> folders;
  while (!list.empty() && folders.size() < kMaxFolders) {
    const auto folder = list.substr(0, list.find(':'));
    if (!folder.empty()) folders.emplace_back(folder);
    list.remove_prefix(std::min(list.size(), folder.size() + 1));
  }
  return folders;
}

std::vector<std::string> folders_below(const std::string& folder) {
  std::vector<std::string> found;
  const std::unique_ptr<DIR, CloseFolder> opened(::opendir(folder.c_str()));
  if (!opened) return found;
  while (const auto* entry = ::readdir(opened.get())) {
    const std::string_view name = &entry->d_name[0];
    // What is no folder has no hid.sock, and is found out by that.
    if (!name.starts_with('.')) found.push_back(folder + '/' + std::string(name));
  }
  std::sort(found.begin(), found.end());
  if (found.size() > kMaxFolders) found.resize(kMaxFolders);
  return found;
}

}  // namespace latchkey::fido::sim
