// SPDX-License-Identifier: MIT
#include "tests/unit/ssh/support.hpp"

#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace latchkey::ssh::test {
namespace {

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path.string());
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

std::string golden(std::string_view name) {
  return read_file(std::filesystem::path(LATCHKEY_SSH_DATA) / name);
}

PublicKey golden_key(std::string_view name) {
  return PublicKeyLine::parse(golden(std::string(name) + ".pub")).value().key;
}

TempFolder::TempFolder() {
  auto pattern = (std::filesystem::temp_directory_path() / "latchkey-ssh-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("cannot make " + pattern);
  path_ = pattern;
}

TempFolder::~TempFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string TempFolder::write(std::string_view name, std::string_view contents) const {
  const auto path = path_ / name;
  std::ofstream(path, std::ios::binary) << contents;
  std::filesystem::permissions(
      path, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  return path.string();
}

std::string TempFolder::read(std::string_view name) const { return read_file(path_ / name); }

Outcome run(const std::string& command) {
  auto* pipe = ::popen(("{ " + command + "; } 2>&1 </dev/null").c_str(), "r");
  if (pipe == nullptr) throw std::runtime_error("cannot run " + command);
  std::string output;
  std::array<char, 4096> buffer{};
  while (const auto size = std::fread(buffer.data(), 1, buffer.size(), pipe)) {
    output.append(buffer.data(), size);
  }
  const int status = ::pclose(pipe);
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, output};
}

}  // namespace latchkey::ssh::test
