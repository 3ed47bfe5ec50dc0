// SPDX-License-Identifier: MIT
#include "firmware/keyfile/safe_path.hpp"

#include <fmt/format.h>

namespace latchkey::keyfile {
namespace {

constexpr std::uint32_t kGroupWrite = 020;
constexpr std::uint32_t kOtherWrite = 002;

}  // namespace

Step<> StrictModes::check(const files::Status& status, const std::string& what,
                          const std::string& path) const {
  if (!enforced) return {};
  const bool owner = status.owner == 0 || status.owner == user;
  const bool group = (status.mode & kGroupWrite) == 0 || status.group == private_group;
  const bool others = (status.mode & kOtherWrite) == 0;
  if (owner && group && others) return {};
  const auto mend = owner ? "chmod go-w " + path : fmt::format("chown {} {}", user, path);
  return refuse(Reason::sshd_would_refuse,
                fmt::format("sshd would log \"Authentication refused: bad ownership or modes for "
                            "{} {}\"; mend it with: {}",
                            what, path, mend));
}

Step<> StrictModes::check_directory(const files::Status& status, const std::string& path) const {
  return check(status, "directory", path);
}

Step<> StrictModes::check_file(const files::Status& status, const std::string& path) const {
  return check(status, "file", path);
}

}  // namespace latchkey::keyfile
