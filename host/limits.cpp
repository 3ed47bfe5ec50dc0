// SPDX-License-Identifier: MIT
#include "host/limits.hpp"

#include <charconv>
#include <chrono>
#include <optional>
#include <string_view>

#include "core/ssh/key_options.hpp"

namespace latchkey::host {
namespace {

using std::chrono::hours;
using std::chrono::sys_days;

constexpr unsigned kMaxCount = 100'000;  // hours, days or weeks: far beyond any key's life

std::optional<unsigned> number(std::string_view text) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return {};
  return value;
}

std::optional<WallTime> span_from(std::string_view text, WallTime now) {
  if (text.empty()) return {};
  const auto count = number(text.substr(0, text.size() - 1));
  if (!count || *count == 0 || *count > kMaxCount) return {};
  switch (text.back()) {
    case 'h': return now + hours(*count);
    case 'd': return now + hours(24) * *count;
    case 'w': return now + hours(24) * 7 * *count;
    default: return {};
  }
}

std::optional<WallTime> end_of_day(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return {};
  const auto year = number(text.substr(0, 4));
  const auto month = number(text.substr(5, 2));
  const auto day = number(text.substr(8, 2));
  if (!year || !month || !day) return {};
  const std::chrono::year_month_day date(std::chrono::year(static_cast<int>(*year)),
                                         std::chrono::month(*month), std::chrono::day(*day));
  if (!date.ok()) return {};
  return WallTime(sys_days(date)) + hours(24) - std::chrono::seconds(1);
}

}  // namespace

Attempt<channel::Limits> parse_limits(const EnrollOptions& options, WallTime now) {
  channel::Limits limits;
  limits.from = options.from;
  limits.restrict = options.restricted;
  if (!options.expires.empty()) {
    limits.expires = span_from(options.expires, now);
    if (!limits.expires) limits.expires = end_of_day(options.expires);
    if (!limits.expires) {
      return give_up(Reason::usage,
                     "--expires " + options.expires + " is neither a date nor a span.",
                     "Write 2027-03-31, 12h, 90d or 4w.");
    }
    if (*limits.expires <= now) {
      return give_up(Reason::usage, "--expires " + options.expires + " is over already.");
    }
  }
  ssh::LineOptions line;
  line.from = limits.from;
  line.expires = limits.expires;
  if (!line.format()) {
    return give_up(Reason::usage, "--from or --expires holds what authorized_keys cannot.",
                   "--from takes addresses and patterns: 192.168.1.0/24,10.0.0.*");
  }
  return limits;
}

}  // namespace latchkey::host
