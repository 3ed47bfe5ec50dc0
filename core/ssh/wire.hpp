// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include "core/bytes.hpp"

/// The data types of RFC 4251 section 5.
namespace latchkey::ssh {

/// Takes values off the front of bytes that it does not own. The first failure sticks: all
/// that follows reads as zero or empty, and end() tells what went wrong. So a parser reads
/// all its fields first and asks once; until end() has said yes no value means anything.
class Reader final {
 public:
  /// `doing` names the work in errors and must outlive the reader: a literal.
  Reader(ByteView bytes, std::string_view doing) noexcept : rest_(bytes), doing_(doing) {}

  std::uint8_t uint8() noexcept;
  std::uint32_t uint32() noexcept;
  std::uint64_t uint64() noexcept;
  /// `count` bytes without a length in front.
  ByteView raw(std::size_t count) noexcept;
  /// At most `limit` bytes (Errc::too_large). Points into the bytes given to the constructor.
  ByteView string(std::size_t limit = SIZE_MAX) noexcept;
  /// The magnitude of a positive number or zero (then empty), big endian, no zero in front.
  /// Negative numbers and unnecessary zeroes are Errc::malformed.
  ByteView mpint() noexcept;

  /// For what the bytes say but should not: makes end() fail, unless it does already.
  void reject(Errc code) noexcept;
  [[nodiscard]] bool failed() const noexcept { return error_.has_value(); }
  [[nodiscard]] ByteView rest() const noexcept { return rest_; }
  /// Everything could be read and nothing is left over (Errc::trailing_bytes).
  [[nodiscard]] Result<void> end() const;
  /// The same, but bytes may be left over.
  [[nodiscard]] Result<void> status() const;

 private:
  ByteView rest_;
  std::string_view doing_;
  std::optional<Errc> error_;
};

/// Builds bytes. Strings are shorter than 4 GiB by contract.
class Writer final {
 public:
  Writer& uint8(std::uint8_t value);
  Writer& uint32(std::uint32_t value);
  Writer& uint64(std::uint64_t value);
  Writer& raw(ByteView bytes);
  Writer& string(ByteView bytes);
  Writer& string(std::string_view text) { return string(as_bytes(text)); }
  /// A magnitude, big endian; zeroes in front are dropped, one is added where the top bit is set.
  Writer& mpint(ByteView magnitude);

  [[nodiscard]] const Bytes& bytes() const noexcept { return bytes_; }
  [[nodiscard]] Bytes take() && noexcept { return std::move(bytes_); }

 private:
  Bytes bytes_;
};

}  // namespace latchkey::ssh
