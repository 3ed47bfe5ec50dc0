// SPDX-License-Identifier: MIT
#include "hal/fido/sim/middleware/ecdsa_signature.hpp"

namespace latchkey::fido::sim {
namespace {

constexpr std::uint8_t kInteger = 0x02;
constexpr std::uint8_t kSequence = 0x30;
constexpr std::size_t kNumberSize = 32;

/// Takes one item off the front. A signature on P-256 needs no length of more than one byte.
std::optional<ByteView> take(ByteView& der, std::uint8_t tag) {
  if (der.size() < 2 || der[0] != tag || der[1] > 0x7F || der.size() - 2 < der[1]) {
    return std::nullopt;
  }
  const auto content = der.subspan(2, der[1]);
  der = der.subspan(2 + content.size());
  return content;
}

std::optional<ByteView> take_number(ByteView& der) {
  auto number = take(der, kInteger);
  if (!number || number->empty()) return std::nullopt;
  const bool negative = number->front() > 0x7F;
  if (negative) return std::nullopt;
  if (number->front() == 0) {
    // A zero stands before what would look negative, and nowhere else.
    number = number->subspan(1);
    if (number->empty() || number->front() <= 0x7F) return std::nullopt;
  }
  if (number->size() > kNumberSize) return std::nullopt;
  return number;
}

}  // namespace

std::optional<EcdsaSignature> parse_ecdsa_signature(ByteView der) {
  auto content = take(der, kSequence);
  if (!content || !der.empty()) return std::nullopt;
  const auto r = take_number(*content);
  const auto s = take_number(*content);
  if (!r || !s || !content->empty()) return std::nullopt;
  return EcdsaSignature{*r, *s};
}

}  // namespace latchkey::fido::sim
