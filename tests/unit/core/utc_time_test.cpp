// SPDX-License-Identifier: MIT
#include "core/utc_time.hpp"

#include <doctest/doctest.h>

using namespace latchkey;

namespace {

std::string text_of(std::int64_t seconds) {
  return utc_text(WallTime(std::chrono::seconds(seconds)));
}

}  // namespace

TEST_CASE("a time is written in UTC, as date(1) writes it") {
  CHECK(text_of(0) == "1970-01-01T00:00:00Z");
  CHECK(text_of(981'173'106) == "2001-02-03T04:05:06Z");
  CHECK(text_of(1'709'251'199) == "2024-02-29T23:59:59Z");
}

TEST_CASE("a time beyond 32 bits is written as well") {
  CHECK(text_of(2'147'483'648) == "2038-01-19T03:14:08Z");
  CHECK(text_of(4'294'967'296) == "2106-02-07T06:28:16Z");
  CHECK(text_of(253'370'764'800) == "9999-01-01T00:00:00Z");
  CHECK(text_of(-1) == "1969-12-31T23:59:59Z");
}
