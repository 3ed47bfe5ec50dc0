// SPDX-License-Identifier: MIT
#include "core/cbor/cbor_writer.hpp"

#include <cbor.h>

#include <array>
#include <utility>

#include "core/text.hpp"

namespace latchkey::cbor {
namespace {

constexpr std::size_t kMaxHead = 9;

}  // namespace

void CborWriter::head(Encode encode, std::size_t value) {
  std::array<unsigned char, kMaxHead> head{};
  const auto size = encode(value, head.data(), head.size());
  out_.insert(out_.end(), head.data(), head.data() + size);
}

void CborWriter::number(std::uint64_t value, std::uint64_t max) {
  if (value > max) return refuse(Errc::too_large);
  std::array<unsigned char, kMaxHead> head{};
  const auto size = cbor_encode_uint(value, head.data(), head.size());
  out_.insert(out_.end(), head.data(), head.data() + size);
}

void CborWriter::boolean(bool value) {
  std::array<unsigned char, kMaxHead> head{};
  const auto size = cbor_encode_bool(value, head.data(), head.size());
  out_.insert(out_.end(), head.data(), head.data() + size);
}

void CborWriter::byte_string(ByteView bytes, std::size_t max) {
  if (bytes.size() > max) return refuse(Errc::too_large);
  head(cbor_encode_bytestring_start, bytes.size());
  out_.insert(out_.end(), bytes.begin(), bytes.end());
}

void CborWriter::text(std::string_view text, std::size_t max) {
  if (text.size() > max) return refuse(Errc::too_large);
  if (!is_printable(text)) return refuse(Errc::malformed);
  head(cbor_encode_string_start, text.size());
  out_.insert(out_.end(), text.begin(), text.end());
}

void CborWriter::array(std::size_t count, std::size_t max) {
  if (count > max) return refuse(Errc::too_large);
  head(cbor_encode_array_start, count);
}

void CborWriter::map(std::size_t pairs) { head(cbor_encode_map_start, pairs); }

void CborWriter::refuse(Errc code) {
  if (failed_) return;
  failed_ = true;
  code_ = code;
}

Result<Bytes> CborWriter::end(const char* doing, std::size_t max) && {
  if (failed_) return fail(code_, doing);
  if (out_.size() > max) return fail(Errc::too_large, doing);
  return std::move(out_);
}

}  // namespace latchkey::cbor
