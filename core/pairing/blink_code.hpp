// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/crypto/random.hpp"
#include "core/crypto/secret.hpp"
#include "core/error.hpp"

/// The code that the LED blinks: groups of 1 to 5 blinks, the last one a check group, so that
/// the host tells a misread from a wrong code and asks again without spending the guess.
///
/// The check is a weighted sum modulo 5 that must be 0, with the weights 1,2,3,4,1,2,3 (strict:
/// 1,2,3,4,1,2,3,4,1) and 4 for the check group. 5 is prime, no weight is a multiple of it and
/// no two neighbours weigh the same: every single miscount and every swap of two unequal
/// neighbours is noticed, the check group included.
namespace latchkey::pairing {

enum class CodeShape : std::uint8_t {
  normal,  ///< 7 groups and the check group: 78,125 codes
  strict,  ///< 9 groups and the check group: 1,953,125 codes
};

inline constexpr std::size_t kMaxGroups = 10;

/// Check group included.
[[nodiscard]] constexpr std::size_t group_count(CodeShape shape) noexcept {
  return shape == CodeShape::strict ? 10 : 8;
}
/// The reverse, for a number that came over the wire.
[[nodiscard]] std::optional<CodeShape> shape_with(std::size_t groups) noexcept;

/// One code. Wiped at its end and when moved from (then it must not be used any more); cannot
/// be copied, compared or printed.
class BlinkCode final {
 public:
  /// Every code with the same probability. Errc::entropy when there is no randomness.
  [[nodiscard]] static Result<BlinkCode> make(CodeShape shape, crypto::Random& random);

  [[nodiscard]] CodeShape shape() const noexcept { return shape_; }
  /// Every group as a digit 1 to 5, check group included. Points into this object.
  [[nodiscard]] std::string_view digits() const noexcept;

 private:
  friend struct CodeEntry;
  explicit BlinkCode(CodeShape shape) noexcept : shape_(shape) {}

  CodeShape shape_;
  crypto::Secret<kMaxGroups> groups_;
};

/// What a person typed, judged before anything is sent.
struct CodeEntry {
  enum class Verdict : std::uint8_t {
    good,        ///< complete and consistent: worth a guess
    incomplete,  ///< fewer groups than the code has
    too_long,    ///< more groups than the code has
    miscounted,  ///< the check group says that it is not what the LED blinked
    not_digits,  ///< something else than 1 to 5, blanks and dashes
  };

  /// Blanks, tabs, line ends and dashes may stand anywhere. At most 256 bytes are looked at;
  /// more is too_long.
  [[nodiscard]] static CodeEntry read(CodeShape shape, std::string_view typed);

  Verdict verdict = Verdict::incomplete;
  std::optional<BlinkCode> code;  ///< present exactly when the verdict is good
};

}  // namespace latchkey::pairing
