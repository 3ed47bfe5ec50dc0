// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "core/bytes.hpp"
#include "hal/fido/report_stream.hpp"

namespace latchkey::fido {

/// How many credentials or relying parties a key may say that it is going to name.
inline constexpr std::uint64_t kMaxClaimed = 1024;

/// Reads along, and tells which answers would make libfido2 take all memory. libcbor 0.8 makes room
/// at once for as many items as an array claims to have, and fills it with zeros; libfido2 does the
/// same for the credentials and relying parties that a key announces (CTAP 2.1 sections 6.2.2 and
/// 6.8). Ten bytes are enough for gigabytes.
class AnswerGuard final {
 public:
  void sent(const Report& report);
  /// False: the answer that ends with this report claims to hold more than it does, or to be
  /// followed by too many. It must not be passed on.
  [[nodiscard]] bool bearable(const Report& report);

 private:
  [[nodiscard]] bool answer_is_bearable() const;

  std::array<std::uint8_t, 4> channel_{};
  std::optional<std::uint8_t> command_;  ///< of CTAP2, that it is an answer to
  Bytes answer_;
  std::size_t missing_ = 0;  ///< bytes of the answer
};

}  // namespace latchkey::fido
