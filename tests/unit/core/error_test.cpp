// SPDX-License-Identifier: MIT
#include "core/error.hpp"

#include <doctest/doctest.h>
#include <cerrno>

using namespace latchkey;

TEST_CASE("an error says what was being done, then what went wrong") {
  const Result<int> result = fail(Errc::malformed, "reading the key");
  REQUIRE_FALSE(result.has_value());
  CHECK(result.error().message() == "reading the key: malformed");
}

TEST_CASE("errors are told apart by code, not by text") {
  const Result<int> malformed = fail(Errc::malformed, "a");
  const Result<int> system = fail_errno(EACCES, "b");
  CHECK(malformed.error().is(Errc::malformed));
  CHECK_FALSE(malformed.error().is(Errc::truncated));
  CHECK(system.error().code == std::errc::permission_denied);
}

TEST_CASE("every error code has a text of its own") {
  for (int code = 1; code <= static_cast<int>(Errc::outside); ++code) {
    CHECK(latchkey_category().message(code) != "unknown error");
  }
  CHECK(latchkey_category().message(9999) == "unknown error");
}
