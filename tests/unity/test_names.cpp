// SPDX-License-Identifier: MIT
#include "tests/unity/test_names.hpp"

#include "tests/unity/numbers.hpp"

namespace latchkey::unity {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

std::string plain(std::string_view sentence) {
  std::string name;
  for (const char c : sentence) {
    if (is_letter(c) || is_digit(c)) {
      name += c;
    } else if (!name.empty() && name.back() != '_') {
      name += '_';
    }
  }
  while (!name.empty() && name.back() == '_') {
    name.pop_back();
  }
  if (name.empty()) {
    return "test";
  }
  return is_digit(name.front()) ? "test_" + name : name;
}

}  // namespace

std::string TestNames::identifier(std::string_view sentence) {
  const auto base = plain(sentence);
  auto name = base;
  for (unsigned number = 2; !given_.insert(name).second; ++number) {
    name = base + "_" + std::to_string(number);
  }
  return name;
}

std::string field(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == ':') {
      out += ';';
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\r') {
      out += "\\r";
    } else if (byte >= 32 && byte <= 126) {
      out += c;
    } else {
      out += "\\x" + shown(kHex8, byte, 1).substr(2);
    }
  }
  return out;
}

}  // namespace latchkey::unity
