// SPDX-License-Identifier: MIT
#include "core/ssh/wire.hpp"

#include <algorithm>
#include <string>

namespace latchkey::ssh {
namespace {

constexpr std::uint8_t kSignBit = 0x80;

template <class Integer>
Integer big_endian(ByteView bytes) noexcept {
  Integer value = 0;
  for (const auto byte : bytes) value = static_cast<Integer>((value << 8U) | byte);
  return value;
}

}  // namespace

std::uint8_t Reader::uint8() noexcept { return big_endian<std::uint16_t>(raw(1)) & 0xffU; }
std::uint32_t Reader::uint32() noexcept { return big_endian<std::uint32_t>(raw(4)); }
std::uint64_t Reader::uint64() noexcept { return big_endian<std::uint64_t>(raw(8)); }

ByteView Reader::raw(std::size_t count) noexcept {
  if (!failed() && count > rest_.size()) reject(Errc::truncated);
  if (failed()) return {};
  const auto taken = rest_.first(count);
  rest_ = rest_.subspan(count);
  return taken;
}

ByteView Reader::string(std::size_t limit) noexcept {
  const std::size_t size = uint32();
  if (!failed() && size > limit) reject(Errc::too_large);
  return raw(size);
}

ByteView Reader::mpint() noexcept {
  auto number = string();
  if (number.empty()) return number;
  if ((number.front() & kSignBit) != 0) {
    reject(Errc::malformed);
    return {};
  }
  if (number.front() != 0) return number;
  number = number.subspan(1);
  // The zero is there for one reason only: to keep the top bit from being the sign.
  if (number.empty() || (number.front() & kSignBit) == 0) {
    reject(Errc::malformed);
    return {};
  }
  return number;
}

void Reader::reject(Errc code) noexcept {
  if (!failed()) error_ = code;
}

Result<void> Reader::status() const {
  if (error_) return fail(*error_, std::string(doing_));
  return {};
}

Result<void> Reader::end() const {
  if (!failed() && !rest_.empty()) return fail(Errc::trailing_bytes, std::string(doing_));
  return status();
}

Writer& Writer::uint8(std::uint8_t value) {
  bytes_.push_back(value);
  return *this;
}

Writer& Writer::uint32(std::uint32_t value) {
  for (unsigned shift = 32; shift > 0; shift -= 8) uint8((value >> (shift - 8)) & 0xffU);
  return *this;
}

Writer& Writer::uint64(std::uint64_t value) {
  return uint32(static_cast<std::uint32_t>(value >> 32U))
      .uint32(static_cast<std::uint32_t>(value & 0xffffffffU));
}

Writer& Writer::raw(ByteView bytes) {
  bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
  return *this;
}

Writer& Writer::string(ByteView bytes) {
  return uint32(static_cast<std::uint32_t>(bytes.size())).raw(bytes);
}

Writer& Writer::mpint(ByteView magnitude) {
  const auto first =
      std::find_if(magnitude.begin(), magnitude.end(), [](auto b) { return b != 0; });
  const ByteView digits = magnitude.subspan(static_cast<std::size_t>(first - magnitude.begin()));
  const bool needs_zero = !digits.empty() && (digits.front() & kSignBit) != 0;
  uint32(static_cast<std::uint32_t>(digits.size() + (needs_zero ? 1 : 0)));
  if (needs_zero) uint8(0);
  return raw(digits);
}

}  // namespace latchkey::ssh
