// SPDX-License-Identifier: MIT
#pragma once

#include <set>
#include <string>
#include <string_view>

namespace latchkey::unity {

/// Turns names of tests, which are sentences, into the identifiers that Unity's scripts expect.
class TestNames {
 public:
  /// Letters, digits and single underscores, not beginning with a digit. A name that was given
  /// out before gets a number: "_2", "_3". The same order gives the same names.
  [[nodiscard]] std::string identifier(std::string_view sentence);

 private:
  std::set<std::string, std::less<>> given_;
};

/// Text for one field of a line: printable ASCII without colons, at which the scripts split.
/// Line ends and other bytes appear as \n, \r, \x1B; a colon becomes a semicolon.
[[nodiscard]] std::string field(std::string_view text);

}  // namespace latchkey::unity
