// SPDX-License-Identifier: MIT
#include "firmware/monitor/failure_store.hpp"

#include <fmt/format.h>
#include <cstdio>

#include "firmware/monitor/small_file.hpp"

namespace latchkey::monitor {
namespace {

constexpr Failures kNotUnderstood{0, true};
constexpr int kMostWindows = 1000;
constexpr std::size_t kMaxFile = 63;

}  // namespace

Failures FailureStore::load() const {
  const auto text = read_small_file(path_, kMaxFile);
  if (!text) return text.error().is(Errc::not_found) ? Failures{} : kNotUnderstood;
  int windows = 0;
  int locked = 0;
  int end = 0;
  if (std::sscanf(text->c_str(), "failed-windows %4d locked %1d\n%n", &windows, &locked, &end) !=
          2 ||
      end != static_cast<int>(text->size()) || windows < 0 || windows > kMostWindows ||
      locked > 1) {
    return kNotUnderstood;
  }
  return {windows, locked == 1};
}

Result<void> FailureStore::save(const Failures& failures) const {
  return replace_small_file(path_, fmt::format("failed-windows {} locked {}\n", failures.windows,
                                               failures.locked ? 1 : 0));
}

}  // namespace latchkey::monitor
