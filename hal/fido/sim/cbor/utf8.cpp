// SPDX-License-Identifier: MIT
#include "hal/fido/sim/cbor/utf8.hpp"

#include <cstdint>

namespace latchkey::fido::sim {
namespace {

/// A row of the table of well-formed sequences in RFC 3629 section 4: which lead bytes, how many
/// bytes follow, and what the first of these may be. The rest are 80 to BF.
struct Row {
  std::uint8_t first_lead;
  std::uint8_t last_lead;
  std::uint8_t tail;
  std::uint8_t lowest;
  std::uint8_t highest;
};
constexpr Row kRows[] = {
    {0x00, 0x7F, 0, 0x80, 0xBF}, {0xC2, 0xDF, 1, 0x80, 0xBF}, {0xE0, 0xE0, 2, 0xA0, 0xBF},
    {0xE1, 0xEC, 2, 0x80, 0xBF}, {0xED, 0xED, 2, 0x80, 0x9F}, {0xEE, 0xEF, 2, 0x80, 0xBF},
    {0xF0, 0xF0, 3, 0x90, 0xBF}, {0xF1, 0xF3, 3, 0x80, 0xBF}, {0xF4, 0xF4, 3, 0x80, 0x8F},
};

const Row* row_of(std::uint8_t lead) noexcept {
  for (const auto& row : kRows) {
    if (lead >= row.first_lead && lead <= row.last_lead) return &row;
  }
  return nullptr;
}

}  // namespace

std::optional<std::size_t> count_code_points(std::string_view text) noexcept {
  const auto within = [&](std::size_t i, std::uint8_t lowest, std::uint8_t highest) {
    const auto byte = static_cast<std::uint8_t>(text[i]);
    return byte >= lowest && byte <= highest;
  };
  std::size_t count = 0;
  while (!text.empty()) {
    const auto* row = row_of(static_cast<std::uint8_t>(text[0]));
    if (row == nullptr || row->tail >= text.size()) return std::nullopt;
    for (std::size_t i = 1; i <= row->tail; ++i) {
      const bool fits = i == 1 ? within(i, row->lowest, row->highest) : within(i, 0x80, 0xBF);
      if (!fits) return std::nullopt;
    }
    text.remove_prefix(std::size_t{1} + row->tail);
    ++count;
  }
  return count;
}

}  // namespace latchkey::fido::sim
