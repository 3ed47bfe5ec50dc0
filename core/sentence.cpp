// SPDX-License-Identifier: MIT
#include "core/sentence.hpp"

#include <string_view>

namespace latchkey {

std::string sentence(const Error& error) {
  const std::string_view text = error.doing;
  const auto first = text.substr(0, text.find(' '));
  const bool says_what_was_done = first.ends_with("ing") && first != "nothing";
  return text.empty() || says_what_was_done ? error.message() : error.doing;
}

}  // namespace latchkey
