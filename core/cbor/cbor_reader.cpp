// SPDX-License-Identifier: MIT
#include "core/cbor/cbor_reader.hpp"

#include <limits>

#include "core/text.hpp"

namespace latchkey::cbor {
namespace {

constexpr int kMaxDepth = 4;
constexpr std::uint64_t kMaxInteger = std::numeric_limits<std::int64_t>::max();

}  // namespace

Token CborReader::next() {
  if (failed_) return {};
  const auto token = take_token(rest_);
  if (token) return *token;
  refuse(token.error() == Errc::truncated ? Errc::truncated : Errc::malformed);
  return {};
}

std::uint64_t CborReader::number(std::uint64_t max) {
  const auto item = next();
  if (item.kind != Token::Kind::number) return refuse(Errc::malformed), 0;
  if (item.value > max) return refuse(Errc::too_large), 0;
  return item.value;
}

std::int64_t CborReader::integer(std::int64_t min, std::int64_t max) {
  const auto item = next();
  const bool negative = item.kind == Token::Kind::negative;
  if (!negative && item.kind != Token::Kind::number) return refuse(Errc::malformed), 0;
  if (item.value > kMaxInteger) return refuse(Errc::too_large), 0;
  const auto magnitude = static_cast<std::int64_t>(item.value);
  const auto value = negative ? -1 - magnitude : magnitude;
  if (value < min || value > max) return refuse(Errc::too_large), 0;
  return value;
}

bool CborReader::boolean() {
  const auto item = next();
  if (item.kind != Token::Kind::boolean) refuse(Errc::malformed);
  return item.value != 0;
}

ByteView CborReader::byte_string(std::size_t max) {
  const auto item = next();
  if (item.kind != Token::Kind::byte_string) return refuse(Errc::malformed), ByteView{};
  if (item.value > max) return refuse(Errc::too_large), ByteView{};
  return item.bytes;
}

std::string_view CborReader::text(std::size_t max) {
  const auto item = next();
  const auto text = as_text(item.bytes);
  if (item.kind != Token::Kind::text || !is_printable(text)) return refuse(Errc::malformed), "";
  if (item.value > max) return refuse(Errc::too_large), "";
  return text;
}

std::size_t CborReader::array(std::size_t max) {
  const auto item = next();
  if (item.kind != Token::Kind::array) return refuse(Errc::malformed), 0;
  if (item.value > max) return refuse(Errc::too_large), 0;
  return static_cast<std::size_t>(item.value);
}

std::size_t CborReader::map(std::size_t max) {
  const auto item = next();
  if (item.kind != Token::Kind::map) return refuse(Errc::malformed), 0;
  if (item.value > max) return refuse(Errc::too_large), 0;
  return static_cast<std::size_t>(item.value);
}

void CborReader::skip() { skip(0); }

void CborReader::skip(int depth) {
  if (depth >= kMaxDepth) return refuse(Errc::too_large);
  const auto item = next();
  // Each item takes a byte at least, so the input's own size bounds both loops.
  const bool map = item.kind == Token::Kind::map;
  if (!map && item.kind != Token::Kind::array) return;
  for (std::uint64_t i = 0; i < item.value && !failed_; ++i) {
    skip(depth + 1);
    if (map) skip(depth + 1);
  }
}

void CborReader::refuse(Errc code) {
  if (failed_) return;
  failed_ = true;
  code_ = code;
}

Result<void> CborReader::end(const char* doing) const {
  if (failed_) return fail(code_, doing);
  if (!rest_.empty()) return fail(Errc::trailing_bytes, doing);
  return {};
}

}  // namespace latchkey::cbor
