// SPDX-License-Identifier: MIT
#include "tests/unity/floats.hpp"

#include <cmath>
#include <cstdio>
#include <string>

#include "tests/unity/text.hpp"

namespace latchkey::unity {

namespace {

template <class F>
constexpr F kPrecision = static_cast<F>(0.00001F);
template <>
constexpr double kPrecision<double> = 1e-12;

std::string shown(double value) {
  if (std::isnan(value)) {
    return "NaN";
  }
  if (std::isinf(value)) {
    return value < 0 ? "Negative Infinity" : "Infinity";
  }
  char text[32];
  const int length = std::snprintf(text, sizeof text, "%.9g", value);
  return {text, static_cast<std::size_t>(length)};
}

// A float's own digits: those that double adds to 0.1F would only confuse.
std::string shown(float value) {
  if (!std::isfinite(value)) {
    return shown(static_cast<double>(value));
  }
  char text[32];
  const int length = std::snprintf(text, sizeof text, "%.7g", static_cast<double>(value));
  return {text, static_cast<std::size_t>(length)};
}

template <class F>
bool near(F delta, F expected, F actual) {
  if (std::isinf(expected) && std::isinf(actual)) {
    return (expected < 0) == (actual < 0);
  }
  if (std::isnan(expected) && std::isnan(actual)) {
    return true;
  }
  const F difference = std::fabs(actual - expected);
  return std::isfinite(difference) && difference <= std::fabs(delta);
}

template <class F>
std::string differs(F expected, F actual) {
  return "Expected " + shown(expected) + " Was " + shown(actual);
}

template <class F>
bool fits(Order order, F threshold, F actual) {
  const bool same = near(threshold * kPrecision<F>, threshold, actual);
  switch (order) {
    case Order::not_equal: return !same;
    case Order::greater_than: return actual > threshold;
    case Order::less_than: return actual < threshold;
    case Order::greater_or_equal: return actual > threshold || same;
    case Order::less_or_equal: return actual < threshold || same;
  }
  return false;
}

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

bool has(Trait trait, double value) {
  switch (trait) {
    case Trait::infinite: return std::isinf(value) && value > 0;
    case Trait::negative_infinite: return std::isinf(value) && value < 0;
    case Trait::not_a_number: return std::isnan(value);
    case Trait::determinate: return std::isfinite(value);
  }
  return false;
}

const char* name(Trait trait) {
  switch (trait) {
    case Trait::infinite: return "Infinity";
    case Trait::negative_infinite: return "Negative Infinity";
    case Trait::not_a_number: return "NaN";
    case Trait::determinate: return "Determinate";
  }
  return "";
}

}  // namespace

template <class F>
void float_within(const At& at, F delta, F expected, F actual) {
  if (near(delta, expected, actual)) {
    return passed();
  }
  failed(at, differs(expected, actual));
}

template <class F>
void float_not_within(const At& at, F delta, F expected, F actual) {
  if (!near(delta, expected, actual)) {
    return passed();
  }
  failed(at, "Expected " + shown(expected) + " to be not equal to " + shown(actual));
}

template <class F>
void float_equal(const At& at, F expected, F actual) {
  float_within(at, expected * kPrecision<F>, expected, actual);
}

template <class F>
void float_not_equal(const At& at, F expected, F actual) {
  float_not_within(at, expected * kPrecision<F>, expected, actual);
}

template <class F>
void float_ordered(const At& at, Order order, F threshold, F actual) {
  if (fits(order, threshold, actual)) {
    return passed();
  }
  failed(at, "Expected " + shown(actual) + words(order) + shown(threshold));
}

template <class F>
void float_array_within(const At& at, F delta, const F* expected, const F* actual,
                        std::size_t count) {
  if (std::isnan(delta)) {
    failed(at, kPointless);
  }
  if (!comparable(at, expected, actual, count)) {
    return passed();
  }
  for (std::size_t index = 0; index < count; ++index) {
    const F allowed = std::fabs(delta) + std::fabs(expected[index] * kPrecision<F>);
    if (!std::isinf(delta) && !near(allowed, expected[index], actual[index])) {
      failed(at,
             "Element " + std::to_string(index) + " " + differs(expected[index], actual[index]));
    }
  }
  passed();
}

template <class F>
void float_each_equal(const At& at, F expected, const F* actual, std::size_t count) {
  if (!comparable(at, &expected, actual, count)) {
    return passed();
  }
  for (std::size_t index = 0; index < count; ++index) {
    if (!near(expected * kPrecision<F>, expected, actual[index])) {
      failed(at, "Element " + std::to_string(index) + " " + differs(expected, actual[index]));
    }
  }
  passed();
}

void float_is(const At& at, Trait trait, bool wanted, double actual) {
  if (has(trait, actual) == wanted) {
    return passed();
  }
  failed(at,
         std::string("Expected ") + (wanted ? "" : "Not ") + name(trait) + " Was " + shown(actual));
}

#define LATCHKEY_UNITY_INSTANCES(F)                                                   \
  template void float_within<F>(const At&, F, F, F);                                  \
  template void float_not_within<F>(const At&, F, F, F);                              \
  template void float_equal<F>(const At&, F, F);                                      \
  template void float_not_equal<F>(const At&, F, F);                                  \
  template void float_ordered<F>(const At&, Order, F, F);                             \
  template void float_array_within<F>(const At&, F, const F*, const F*, std::size_t); \
  template void float_each_equal<F>(const At&, F, const F*, std::size_t)
LATCHKEY_UNITY_INSTANCES(float);
LATCHKEY_UNITY_INSTANCES(double);

}  // namespace latchkey::unity
