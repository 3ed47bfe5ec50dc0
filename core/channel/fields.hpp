// SPDX-License-Identifier: MIT
#pragma once

#include "core/bytes.hpp"

/// Big-endian fields of fixed size: what everything outside CBOR is made of.
namespace latchkey::channel {

void put_u8(Bytes& out, std::uint8_t value);
void put_u16(Bytes& out, std::uint16_t value);
void put_u32(Bytes& out, std::uint32_t value);
void put_u64(Bytes& out, std::uint64_t value);
void put_bytes(Bytes& out, ByteView bytes);

/// Takes fields from the front of a buffer that it does not own. Once a field is missing every
/// later one is zero or empty, and end() says so: check there, once, before using anything.
class FieldReader final {
 public:
  explicit FieldReader(ByteView bytes) noexcept : rest_(bytes) {}

  [[nodiscard]] std::uint8_t u8() noexcept;
  [[nodiscard]] std::uint16_t u16() noexcept;
  [[nodiscard]] std::uint32_t u32() noexcept;
  [[nodiscard]] ByteView bytes(std::size_t size) noexcept;

  /// Errc::truncated if a field was missing, Errc::trailing_bytes if something is left.
  [[nodiscard]] Result<void> end(const char* doing) const;

 private:
  ByteView rest_;
  bool truncated_ = false;
};

}  // namespace latchkey::channel
