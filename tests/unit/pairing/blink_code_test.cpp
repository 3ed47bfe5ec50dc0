// SPDX-License-Identifier: MIT
#include "core/pairing/blink_code.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <type_traits>
#include <vector>

#include "tests/unit/pairing/seeded_random.hpp"

namespace {

using namespace latchkey;
using namespace latchkey::pairing;
using Verdict = CodeEntry::Verdict;

static_assert(!std::is_copy_constructible_v<BlinkCode>);
static_assert(!std::is_copy_assignable_v<BlinkCode>);
static_assert(std::is_nothrow_move_constructible_v<BlinkCode>);

Verdict judge(CodeShape shape, std::string_view typed) {
  return CodeEntry::read(shape, typed).verdict;
}

struct Tally {
  std::size_t good = 0;
  std::size_t misreads = 0;
  std::size_t misreads_missed = 0;
};

/// Judges every string of a shape once, then looks from each good code at every single miscount
/// and every swap of unequal neighbours. A string's number has its groups as digits, base 5.
Tally try_every_code(CodeShape shape) {
  const std::size_t groups = group_count(shape);
  std::vector<int> worth(groups, 1);
  for (std::size_t i = 1; i < groups; ++i) worth[i] = worth[i - 1] * 5;
  const int strings = worth.back() * 5;

  std::vector<char> good(static_cast<std::size_t>(strings));
  std::string typed(groups, '1');
  for (auto& verdict : good) {
    verdict = judge(shape, typed) == Verdict::good ? 1 : 0;
    for (auto& group : typed) {  // counts on
      if (++group <= '5') break;
      group = '1';
    }
  }

  Tally tally;
  const char* const is_good = good.data();
  std::vector<int> digit(groups);
  for (int number = 0; number < strings; ++number) {
    if (is_good[number] == 0) continue;
    ++tally.good;
    for (std::size_t i = 0; i < groups; ++i) digit[i] = number / worth[i] % 5;
    const int* const d = digit.data();
    const int* const w = worth.data();
    for (std::size_t i = 0; i < groups; ++i) {
      for (int other = 0; other < 5; ++other) {
        if (other == d[i]) continue;
        ++tally.misreads;
        if (is_good[number + (other - d[i]) * w[i]] != 0) ++tally.misreads_missed;
      }
    }
    for (std::size_t i = 0; i + 1 < groups; ++i) {
      if (d[i] == d[i + 1]) continue;
      ++tally.misreads;
      if (is_good[number + (d[i + 1] - d[i]) * (w[i] - w[i + 1])] != 0) ++tally.misreads_missed;
    }
  }
  return tally;
}

TEST_CASE("each single miscount and each swap of neighbours is noticed, in all 78,125 codes") {
  const Tally tally = try_every_code(CodeShape::normal);
  CHECK(tally.good == 78'125);
  CHECK(tally.misreads == 78'125 * 8 * 4 + 78'125 * 7 * 4 / 5);
  CHECK(tally.misreads_missed == 0);
}

TEST_CASE(
    "each single miscount and each swap of neighbours is noticed, in all 1,953,125 strict codes") {
  const Tally tally = try_every_code(CodeShape::strict);
  CHECK(tally.good == 1'953'125);
  CHECK(tally.misreads == 1'953'125 * 10 * 4 + 1'953'125 * 9 * 4 / 5);
  CHECK(tally.misreads_missed == 0);
}

TEST_CASE("the weights are the designed ones") {
  // 1*1 + 2*2 + 3*3 + 4*4 + 1*5 + 2*4 + 3*3 = 52, and 52 + 4*2 = 60.
  CHECK(judge(CodeShape::normal, "12345432") == Verdict::good);
  // 1 + 4 + 9 + 16 + 5 + 8 + 9 + 8 + 1 = 61, and 61 + 4*1 = 65.
  CHECK(judge(CodeShape::strict, "1234543211") == Verdict::good);
}

TEST_CASE("a made code has its shape, judges as good and uses every digit alike") {
  for (const auto shape : {CodeShape::normal, CodeShape::strict}) {
    test::SeededRandom random(1);
    std::array<std::array<int, 5>, kMaxGroups> seen{};
    constexpr int kCodes = 5000;
    for (int n = 0; n < kCodes; ++n) {
      const auto code = BlinkCode::make(shape, random);
      REQUIRE(code.has_value());
      REQUIRE(code->digits().size() == group_count(shape));
      REQUIRE(judge(shape, code->digits()) == Verdict::good);
      for (std::size_t i = 0; i < code->digits().size(); ++i) {
        ++seen.at(i).at(static_cast<std::size_t>(code->digits()[i] - '1'));
      }
    }
    for (std::size_t i = 0; i < group_count(shape); ++i) {
      for (const int count : seen.at(i)) {
        CHECK(count > kCodes / 5 - 150);  // five standard deviations
        CHECK(count < kCodes / 5 + 150);
      }
    }
  }
}

TEST_CASE("the one byte that would favour a digit is thrown away") {
  test::ScriptedRandom random({255, 0, 254, 255, 255, 1, 2, 3, 4, 5});
  const auto code = BlinkCode::make(CodeShape::normal, random);
  REQUIRE(code.has_value());
  CHECK(code->digits().substr(0, 7) == "1523451");
  CHECK(random.used() == 10);
}

TEST_CASE("without randomness there is no code") {
  for (std::size_t bytes = 0; bytes < 7; ++bytes) {
    test::ScriptedRandom random(Bytes(bytes, 7));
    const auto code = BlinkCode::make(CodeShape::normal, random);
    REQUIRE(!code.has_value());
    CHECK(code.error().is(Errc::entropy));
  }
  test::ScriptedRandom stuck(Bytes(4096, 255));
  const auto code = BlinkCode::make(CodeShape::normal, stuck);
  REQUIRE(!code.has_value());
  CHECK(code.error().is(Errc::entropy));
}

TEST_CASE("a code that was moved from is gone") {
  test::SeededRandom random(2);
  auto code = BlinkCode::make(CodeShape::normal, random);
  REQUIRE(code.has_value());
  const std::string digits(code->digits());
  const BlinkCode other = std::move(*code);
  CHECK(other.digits() == digits);
  CHECK(code->digits() == std::string(8, '\0'));
}

TEST_CASE("people may type blanks, dashes and line ends") {
  for (const auto* typed : {"12345432", "1234 5432", " 1-2-3-4 - 5-4-3-2 ", "1234\t5432\r\n"}) {
    auto entry = CodeEntry::read(CodeShape::normal, typed);
    CHECK(entry.verdict == Verdict::good);
    REQUIRE(entry.code.has_value());
    CHECK(entry.code->digits() == "12345432");
    CHECK(entry.code->shape() == CodeShape::normal);
  }
}

TEST_CASE("what is no code is told apart") {
  const auto judged = [](std::string_view typed) {
    auto entry = CodeEntry::read(CodeShape::normal, typed);
    CHECK(entry.code.has_value() == (entry.verdict == Verdict::good));
    return entry.verdict;
  };
  CHECK(judged("") == Verdict::incomplete);
  CHECK(judged(" - ") == Verdict::incomplete);
  CHECK(judged("1234543") == Verdict::incomplete);
  CHECK(judged("12345433") == Verdict::miscounted);
  CHECK(judged("21345432") == Verdict::miscounted);
  CHECK(judged("123454321") == Verdict::too_long);
  CHECK(judged("1234543211") == Verdict::too_long);
  CHECK(judged(std::string(257, ' ')) == Verdict::too_long);
  CHECK(judged(std::string(256, ' ')) == Verdict::incomplete);
  CHECK(judged("02345432") == Verdict::not_digits);
  CHECK(judged("12345436") == Verdict::not_digits);
  CHECK(judged("1234543x") == Verdict::not_digits);
  CHECK(judged(std::string_view("1234\0"
                                "5432",
                                9)) == Verdict::not_digits);
  CHECK(judged("1234\xc2\xa0"
               "5432") == Verdict::not_digits);
}

TEST_CASE("the shape is known by its number of groups") {
  CHECK(shape_with(8) == CodeShape::normal);
  CHECK(shape_with(10) == CodeShape::strict);
  for (const std::size_t groups : {0U, 1U, 7U, 9U, 11U, 255U}) CHECK(!shape_with(groups));
}

}  // namespace
