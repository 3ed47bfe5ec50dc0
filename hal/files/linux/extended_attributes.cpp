// SPDX-License-Identifier: MIT
#include <sys/xattr.h>
#include <algorithm>
#include <cerrno>
#include <set>

#include "hal/files/linux/linux_file.hpp"

namespace latchkey::files {
namespace {

constexpr std::size_t kMaxNames = 64UL * 1024;  // XATTR_LIST_MAX
constexpr std::size_t kMaxValue = 64UL * 1024;  // XATTR_SIZE_MAX

Result<std::set<std::string>> names_of(int descriptor) {
  std::string packed(kMaxNames, '\0');
  const auto size = ::flistxattr(descriptor, packed.data(), packed.size());
  if (size < 0) {
    // A file system without attributes has none to lose.
    if (errno == ENOTSUP) return std::set<std::string>{};
    return fail_errno(errno, "listing attributes");
  }
  packed.resize(static_cast<std::size_t>(size));
  std::set<std::string> names;
  for (std::size_t at = 0; at < packed.size();) {
    const auto end = std::min(packed.find('\0', at), packed.size());
    names.insert(packed.substr(at, end - at));
    at = end + 1;
  }
  return names;
}

Result<Bytes> value_of(int descriptor, const std::string& name) {
  Bytes value(kMaxValue);
  const auto size = ::fgetxattr(descriptor, name.c_str(), value.data(), value.size());
  if (size < 0) return fail_errno(errno, "reading attribute " + name);
  value.resize(static_cast<std::size_t>(size));
  return value;
}

/// security.* and trusted.* are set by the system's own rules, on the new file as on the old.
bool is_of_the_user(const std::string& name) {
  return name.starts_with("user.") || name == "system.posix_acl_access";
}

}  // namespace

Result<void> copy_extended_attributes(int from, int to) {
  auto wanted = names_of(from);
  if (!wanted) return fail(std::move(wanted));
  auto present = names_of(to);
  if (!present) return fail(std::move(present));

  // A default ACL of the directory has given the new file what the old one need not have.
  for (const auto& name : *present) {
    if (!is_of_the_user(name) || wanted->contains(name)) continue;
    if (::fremovexattr(to, name.c_str()) != 0)
      return fail_errno(errno, "removing attribute " + name);
  }
  for (const auto& name : *wanted) {
    if (!is_of_the_user(name)) continue;
    auto value = value_of(from, name);
    if (!value) return fail(std::move(value));
    if (::fsetxattr(to, name.c_str(), value->data(), value->size(), 0) != 0) {
      return fail_errno(errno, "setting attribute " + name);
    }
  }
  return {};
}

}  // namespace latchkey::files
