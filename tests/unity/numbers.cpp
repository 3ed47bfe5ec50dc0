// SPDX-License-Identifier: MIT
#include "tests/unity/numbers.hpp"

#include <array>

namespace latchkey::unity {

namespace {

bool has_sign(Kind kind) { return kind.style == Style::decimal || kind.style == Style::character; }

std::string hexadecimal(Wide value, std::size_t bytes) {
  static constexpr std::array<char, 17> kDigits{"0123456789ABCDEF"};
  std::string text(bytes * 2, '0');
  for (std::size_t place = text.size(); place-- > 0; value >>= 4U) {
    text[place] = kDigits.at(value & 0xFU);
  }
  return text;
}

std::string character(Wide value) {
  const Wide byte = value & 0xFFU;
  if (byte >= 32 && byte <= 126) {
    return "'" + std::string(1, static_cast<char>(byte)) + "'";
  }
  if (byte == '\r') {
    return "'\\r'";
  }
  if (byte == '\n') {
    return "'\\n'";
  }
  return "'\\x" + hexadecimal(byte, 1) + "'";
}

Wide distance(Kind kind, Wide a, Wide b) { return smaller(kind, a, b) ? b - a : a - b; }

const char* words(Order order) {
  switch (order) {
    case Order::not_equal: return " to be not equal to ";
    case Order::greater_than: return " to be greater than ";
    case Order::less_than: return " to be less than ";
    case Order::greater_or_equal: return " to be greater than or equal to ";
    case Order::less_or_equal: return " to be less than or equal to ";
  }
  return " to be ";
}

bool holds(Kind kind, Order order, Wide threshold, Wide actual) {
  switch (order) {
    case Order::not_equal: return actual != threshold;
    case Order::greater_than: return smaller(kind, threshold, actual);
    case Order::less_than: return smaller(kind, actual, threshold);
    case Order::greater_or_equal: return !smaller(kind, actual, threshold);
    case Order::less_or_equal: return !smaller(kind, threshold, actual);
  }
  return false;
}

std::string masked(Wide mask, Wide value) {
  const unsigned width = (mask >> 32U) == 0 ? 32 : 64;
  std::string text;
  for (unsigned bit = width; bit-- > 0;) {
    const bool counts = ((mask >> bit) & 1U) != 0;
    text += counts ? (((value >> bit) & 1U) != 0 ? '1' : '0') : 'X';
  }
  return text;
}

}  // namespace

Wide narrowed(Kind kind, Wide value, std::size_t bytes) {
  if (bytes >= sizeof(Wide)) {
    return value;
  }
  const Wide mask = (Wide{1} << (8U * bytes)) - 1;
  const Wide sign = Wide{1} << (8U * bytes - 1);
  value &= mask;
  return has_sign(kind) && (value & sign) != 0 ? value | ~mask : value;
}

bool smaller(Kind kind, Wide a, Wide b) {
  return has_sign(kind) ? static_cast<std::int64_t>(a) < static_cast<std::int64_t>(b) : a < b;
}

std::string shown(Kind kind, Wide value, std::size_t bytes) {
  switch (kind.style) {
    case Style::decimal: return std::to_string(static_cast<std::int64_t>(value));
    case Style::natural: return std::to_string(value);
    case Style::hexadecimal: return "0x" + hexadecimal(value, bytes);
    case Style::character: return character(value);
  }
  return {};
}

void equal(const At& at, Kind kind, Wide expected, Wide actual) {
  expected = narrowed(kind, expected, kind.bytes);
  actual = narrowed(kind, actual, kind.bytes);
  if (expected == actual) {
    return passed();
  }
  failed(at, "Expected " + shown(kind, expected, kind.bytes) + " Was " +
                 shown(kind, actual, kind.bytes));
}

void ordered(const At& at, Kind kind, Order order, Wide threshold, Wide actual) {
  threshold = narrowed(kind, threshold, kind.bytes);
  actual = narrowed(kind, actual, kind.bytes);
  if (holds(kind, order, threshold, actual)) {
    return passed();
  }
  failed(at, "Expected " + shown(kind, actual, kind.bytes) + words(order) +
                 shown(kind, threshold, kind.bytes));
}

void within(const At& at, Kind kind, Wide delta, Wide expected, Wide actual) {
  expected = narrowed(kind, expected, kind.bytes);
  actual = narrowed(kind, actual, kind.bytes);
  if (distance(kind, expected, actual) <= delta) {
    return passed();
  }
  failed(at, "Values Not Within Delta " + shown(kind, delta, kind.bytes) + " Expected " +
                 shown(kind, expected, kind.bytes) + " Was " + shown(kind, actual, kind.bytes));
}

void bits(const At& at, Wide mask, Wide expected, Wide actual) {
  if ((mask & expected) == (mask & actual)) {
    return passed();
  }
  failed(at, "Expected " + masked(mask, expected) + " Was " + masked(mask, actual));
}

}  // namespace latchkey::unity
