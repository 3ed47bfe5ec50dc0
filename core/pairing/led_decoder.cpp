// SPDX-License-Identifier: MIT
#include "core/pairing/led_decoder.hpp"

#include "core/pairing/blink_code.hpp"

namespace latchkey::pairing {
namespace {

// Between what led.cpp makes of its slowest and its fastest beat, with room on both sides.
constexpr Millis kLongestBlink{600};
constexpr Millis kShortestMark{1250};
constexpr Millis kLongestMark{1900};
constexpr Millis kLongestBetween{380};  // dark inside a group

/// The groups of one pass, as far as they were seen.
class Pass {
 public:
  void blink(Millis dark_before) {
    const bool next_group = digits_.empty() || dark_before > kLongestBetween;
    if (next_group) digits_.push_back('0');
    if (digits_.size() > kMaxGroups || ++digits_.back() > '5') broken_ = true;
  }
  void spoil() { broken_ = true; }

  [[nodiscard]] std::optional<std::string> finished() const {
    const auto shape = shape_with(digits_.size());
    if (broken_ || !shape) return std::nullopt;
    const auto entry = CodeEntry::read(*shape, digits_);
    if (entry.verdict != CodeEntry::Verdict::good) return std::nullopt;
    return digits_;
  }

 private:
  std::string digits_;
  bool broken_ = false;
};

}  // namespace

std::optional<std::string> decode(std::span<const LedEdge> edges) {
  std::optional<Pass> pass;
  std::optional<Millis> lit_since;
  std::optional<Millis> dark_since;
  for (const auto& edge : edges) {
    if (edge.on) {
      if (!lit_since) lit_since = edge.at;
      continue;
    }
    if (!lit_since) continue;
    const Millis lit = edge.at - *lit_since;
    const Millis dark_before = dark_since ? *lit_since - *dark_since : Millis{};
    if (lit >= kShortestMark && lit <= kLongestMark) {
      if (pass) {
        if (auto digits = pass->finished()) return digits;
      }
      pass.emplace();
    } else if (pass && lit <= kLongestBlink) {
      pass->blink(dark_before);
    } else if (pass) {
      pass->spoil();
    }
    lit_since.reset();
    dark_since = edge.at;
  }
  return std::nullopt;
}

}  // namespace latchkey::pairing
