// SPDX-License-Identifier: MIT
#include <cstring>

#include "tests/unity/numbers.hpp"
#include "tests/unity/text.hpp"

namespace latchkey::unity {

namespace {

/// The element of an array whose address is all that is known of it.
Wide element(Kind kind, const void* array, std::size_t index) {
  const auto* start = static_cast<const std::uint8_t*>(array) + index * kind.element_bytes;
  const auto read = [start]<class T>(T value) {
    std::memcpy(&value, start, sizeof value);
    return static_cast<Wide>(value);
  };
  Wide value = 0;
  switch (kind.element_bytes) {
    case 1: value = read(std::uint8_t{}); break;
    case 2: value = read(std::uint16_t{}); break;
    case 4: value = read(std::uint32_t{}); break;
    default: value = read(std::uint64_t{}); break;
  }
  return narrowed(kind, value, kind.element_bytes);
}

std::string differs(Kind kind, std::size_t index, Wide expected, Wide actual) {
  return "Element " + std::to_string(index) + " Expected " +
         shown(kind, expected, kind.element_bytes) + " Was " +
         shown(kind, actual, kind.element_bytes);
}

}  // namespace

bool comparable(const At& at, const void* expected, const void* actual, std::size_t count) {
  if (count == 0) {
    failed(at, kPointless);
  }
  if (expected == actual) {
    return false;
  }
  if (expected == nullptr) {
    failed(at, "Expected pointer to be NULL");
  }
  if (actual == nullptr) {
    failed(at, "Actual pointer was NULL");
  }
  return true;
}

void equal_array(const At& at, Kind kind, const void* expected, const void* actual,
                 std::size_t count) {
  if (!comparable(at, expected, actual, count)) {
    return passed();
  }
  for (std::size_t index = 0; index < count; ++index) {
    const Wide want = element(kind, expected, index);
    const Wide got = element(kind, actual, index);
    if (want != got) {
      failed(at, differs(kind, index, want, got));
    }
  }
  passed();
}

void each_equal(const At& at, Kind kind, Wide expected, const void* actual, std::size_t count) {
  if (!comparable(at, &expected, actual, count)) {
    return passed();
  }
  const Wide want = narrowed(kind, expected, kind.element_bytes);
  for (std::size_t index = 0; index < count; ++index) {
    const Wide got = element(kind, actual, index);
    if (want != got) {
      failed(at, differs(kind, index, want, got));
    }
  }
  passed();
}

void array_within(const At& at, Kind kind, Wide delta, const void* expected, const void* actual,
                  std::size_t count) {
  if (!comparable(at, expected, actual, count)) {
    return passed();
  }
  for (std::size_t index = 0; index < count; ++index) {
    const Wide want = element(kind, expected, index);
    const Wide got = element(kind, actual, index);
    const Wide distance = smaller(kind, want, got) ? got - want : want - got;
    if (distance > delta) {
      failed(at, "Values Not Within Delta " + shown(kind, delta, kind.element_bytes) + " " +
                     differs(kind, index, want, got));
    }
  }
  passed();
}

}  // namespace latchkey::unity
