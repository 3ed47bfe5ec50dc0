// SPDX-License-Identifier: MIT
#include "host/limits.hpp"

#include <doctest/doctest.h>

using namespace latchkey;
using namespace latchkey::host;
using namespace std::chrono_literals;

namespace {

constexpr WallTime kNow{std::chrono::sys_days(std::chrono::year(2026) / 3 / 1) + 12h};

Attempt<channel::Limits> with(const std::string& expires, const std::string& from = "") {
  EnrollOptions options;
  options.expires = expires;
  options.from = from;
  return parse_limits(options, kNow);
}

}  // namespace

TEST_CASE("an expiry is a span or the end of a day") {
  CHECK_FALSE(with("")->expires.has_value());
  CHECK(with("12h")->expires == kNow + 12h);
  CHECK(with("90d")->expires == kNow + 24h * 90);
  CHECK(with("4w")->expires == kNow + 24h * 28);
  CHECK(with("2026-03-01")->expires ==
        WallTime(std::chrono::sys_days(std::chrono::year(2026) / 3 / 2)) - 1s);
}

TEST_CASE("what is no expiry, or over, is refused") {
  for (const auto* text : {"d", "0d", "-1d", "1.5d", "90", "90days", "2026-02-30", "2026-2-3",
                           "20270101", "2026-02-28", "99999999999d", "1d\n", " 1d"}) {
    const auto limits = with(text);
    REQUIRE_FALSE_MESSAGE(limits.has_value(), text);
    CHECK(limits.error().reason == Reason::usage);
  }
}

TEST_CASE("--from holds patterns of addresses and nothing that ends the option") {
  CHECK(with("", "192.168.1.0/24,10.0.0.*,!10.0.0.9")->from == "192.168.1.0/24,10.0.0.*,!10.0.0.9");
  for (const auto* from : {"a b", "x\",command=\"y", "a\nb", "a,,b"}) {
    CHECK_FALSE_MESSAGE(with("", from).has_value(), from);
  }
}
