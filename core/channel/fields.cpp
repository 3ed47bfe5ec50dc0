// SPDX-License-Identifier: MIT
#include "core/channel/fields.hpp"

namespace latchkey::channel {

void put_u8(Bytes& out, std::uint8_t value) { out.push_back(value); }

void put_u16(Bytes& out, std::uint16_t value) {
  put_u8(out, static_cast<std::uint8_t>(value >> 8U));
  put_u8(out, static_cast<std::uint8_t>(value & 0xffU));
}

void put_u32(Bytes& out, std::uint32_t value) {
  put_u16(out, static_cast<std::uint16_t>(value >> 16U));
  put_u16(out, static_cast<std::uint16_t>(value & 0xffffU));
}

void put_u64(Bytes& out, std::uint64_t value) {
  put_u32(out, static_cast<std::uint32_t>(value >> 32U));
  put_u32(out, static_cast<std::uint32_t>(value & 0xffffffffU));
}

void put_bytes(Bytes& out, ByteView bytes) { out.insert(out.end(), bytes.begin(), bytes.end()); }

std::uint8_t FieldReader::u8() noexcept {
  const auto field = bytes(1);
  return field.empty() ? std::uint8_t{0} : field[0];
}

std::uint16_t FieldReader::u16() noexcept {
  const auto high = u8();
  return static_cast<std::uint16_t>((high << 8U) | u8());
}

std::uint32_t FieldReader::u32() noexcept {
  const std::uint32_t high = u16();
  return (high << 16U) | u16();
}

ByteView FieldReader::bytes(std::size_t size) noexcept {
  if (truncated_ || size > rest_.size()) {
    truncated_ = true;
    return {};
  }
  const auto field = rest_.first(size);
  rest_ = rest_.subspan(size);
  return field;
}

Result<void> FieldReader::end(const char* doing) const {
  if (truncated_) return fail(Errc::truncated, doing);
  if (!rest_.empty()) return fail(Errc::trailing_bytes, doing);
  return {};
}

}  // namespace latchkey::channel
