// SPDX-License-Identifier: MIT
#pragma once

#include <doctest/doctest.h>
#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "core/ssh/openssh_key.hpp"
#include "host/commands.hpp"
#include "tests/unit/host/support/laptop.hpp"

namespace latchkey::host::test {

inline constexpr auto kPin = "correct horse";

/// One laptop with one security key plugged in, and a person who types ahead.
struct KeyScene {
  KeyScene() { laptop.security_keys.keys = {&key}; }

  ExitCode make() { return keygen(options, laptop.context()); }

  /// Of ~/.ssh, sorted; empty where there is none.
  [[nodiscard]] std::vector<std::string> files() const {
    std::vector<std::string> names;
    std::error_code none;
    for (const auto& entry :
         std::filesystem::directory_iterator(laptop.home.ssh_directory(), none)) {
      names.push_back(entry.path().filename().string());
    }
    std::ranges::sort(names);
    return names;
  }
  [[nodiscard]] ssh::SkPrivateKey saved(const std::string& name) const {
    return ssh::read_sk_private_file(laptop.text_of(".ssh/" + name)).value();
  }
  [[nodiscard]] bool screen_has(const std::string& text) const {
    return laptop.screen().find(text) != std::string::npos;
  }

  Laptop laptop;
  FakeKey key;
  KeygenOptions options;
};

}  // namespace latchkey::host::test
