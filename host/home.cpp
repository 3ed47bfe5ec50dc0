// SPDX-License-Identifier: MIT
#include "host/home.hpp"

#include <pwd.h>
#include <unistd.h>
#include <vector>

namespace latchkey::host {

Result<Home> Home::find() {
  std::vector<char> buffer(16UL * 1024);
  passwd entry{};
  passwd* found = nullptr;
  const int failed = ::getpwuid_r(::getuid(), &entry, buffer.data(), buffer.size(), &found);
  if (failed != 0) return fail_errno(failed, "looking up who you are");
  if (found == nullptr || entry.pw_dir == nullptr || entry.pw_dir[0] != '/') {
    return fail(Errc::not_found, "looking up your home folder");
  }
  Home home{entry.pw_dir, entry.pw_name};
  while (home.path.size() > 1 && home.path.ends_with('/')) home.path.pop_back();
  return home;
}

std::string Home::expand(std::string_view file) const {
  if (file == "~") return path;
  if (file.starts_with("~/")) return path + std::string(file.substr(1));
  return std::string(file);
}

std::string Home::shorten(std::string_view file) const {
  if (!path.empty() && file.starts_with(path) && file.substr(path.size()).starts_with('/')) {
    return "~" + std::string(file.substr(path.size()));
  }
  return std::string(file);
}

}  // namespace latchkey::host
