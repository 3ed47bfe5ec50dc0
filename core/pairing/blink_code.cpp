// SPDX-License-Identifier: MIT
#include "core/pairing/blink_code.hpp"

#include <array>
#include <span>

#include "core/bytes.hpp"

namespace latchkey::pairing {
namespace {

constexpr unsigned kBase = 5;
constexpr unsigned kCheckWeight = 4;
constexpr std::size_t kMaxTyped = 256;

constexpr unsigned weight(std::size_t group, std::size_t groups) noexcept {
  return group + 1 == groups ? kCheckWeight : static_cast<unsigned>(group % 4) + 1;
}

unsigned weighted_sum(std::span<const std::uint8_t> digits, std::size_t groups) noexcept {
  unsigned sum = 0;
  for (std::size_t i = 0; i < digits.size(); ++i)
    sum += weight(i, groups) * (digits[i] - unsigned{'0'});
  return sum;
}

bool is_separator(char c) noexcept {
  return c == ' ' || c == '-' || c == '\t' || c == '\r' || c == '\n';
}

/// A digit 1 to 5, each with the same probability: of 256 bytes the last one would favour the
/// first digit, so it is thrown away.
Result<std::uint8_t> random_digit(crypto::Random& random) {
  constexpr unsigned kFair = 256 / kBase * kBase;
  constexpr int kPatience = 128;  // honest randomness gets here once in 256^128 times
  for (int i = 0; i < kPatience; ++i) {
    crypto::Secret<1> byte;
    if (auto filled = random.fill(byte.bytes()); !filled) return fail(std::move(filled));
    if (byte.bytes()[0] < kFair) {
      return static_cast<std::uint8_t>('1' + byte.bytes()[0] % kBase);
    }
  }
  return fail(Errc::entropy, "making a code: the randomness is stuck");
}

}  // namespace

std::optional<CodeShape> shape_with(std::size_t groups) noexcept {
  for (const auto shape : {CodeShape::normal, CodeShape::strict}) {
    if (group_count(shape) == groups) return shape;
  }
  return std::nullopt;
}

Result<BlinkCode> BlinkCode::make(CodeShape shape, crypto::Random& random) {
  BlinkCode code(shape);
  const auto groups = code.groups_.bytes().first(group_count(shape));
  const auto data = groups.first(groups.size() - 1);
  for (auto& group : data) {
    auto digit = random_digit(random);
    if (!digit) return fail(std::move(digit));
    group = *digit;
  }
  // The check group weighs 4, which is -1 modulo 5: it has to equal the sum of the others.
  const unsigned sum = weighted_sum(data, groups.size()) % kBase;
  groups.back() = static_cast<std::uint8_t>('0' + (sum == 0 ? kBase : sum));
  return code;
}

std::string_view BlinkCode::digits() const noexcept {
  return as_text(ByteView(groups_.bytes()).first(group_count(shape_)));
}

CodeEntry CodeEntry::read(CodeShape shape, std::string_view typed) {
  if (typed.size() > kMaxTyped) return {Verdict::too_long, std::nullopt};
  BlinkCode code(shape);
  const auto groups = code.groups_.bytes().first(group_count(shape));
  std::size_t count = 0;
  for (const char c : typed) {
    if (is_separator(c)) continue;
    if (c < '1' || c > '5') return {Verdict::not_digits, std::nullopt};
    if (count < groups.size()) groups[count] = static_cast<std::uint8_t>(c);
    ++count;
  }
  if (count < groups.size()) return {Verdict::incomplete, std::nullopt};
  if (count > groups.size()) return {Verdict::too_long, std::nullopt};
  if (weighted_sum(groups, groups.size()) % kBase != 0) return {Verdict::miscounted, std::nullopt};
  return {Verdict::good, std::move(code)};
}

}  // namespace latchkey::pairing
