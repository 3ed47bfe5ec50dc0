// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include "core/error.hpp"

namespace latchkey::host {

/// Who runs this, and where his files are. Looked up as ssh does it, by getpwuid(3): $HOME may
/// name another folder, and then ssh would not find what we wrote.
struct Home {
  std::string path;  ///< absolute, without a slash at the end
  std::string user;

  /// Errc::not_found when the user has no entry or no home.
  [[nodiscard]] static Result<Home> find();

  [[nodiscard]] std::string ssh_directory() const { return path + "/.ssh"; }
  /// "~/.ssh/x" to a path; any other text unchanged.
  [[nodiscard]] std::string expand(std::string_view file) const;
  /// The reverse, for showing.
  [[nodiscard]] std::string shorten(std::string_view file) const;
};

}  // namespace latchkey::host
