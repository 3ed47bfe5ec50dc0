// SPDX-License-Identifier: MIT
#include "core/ssh/ecdsa_der.hpp"

#include "core/ssh/wire.hpp"

namespace latchkey::ssh {
namespace {

constexpr auto kDoing = "reading an ECDSA signature";
constexpr std::uint8_t kInteger = 0x02;
constexpr std::uint8_t kSequence = 0x30;
constexpr std::uint8_t kMaxShort = 0x7f;  // lengths in one byte: no signature on P-256 has more
constexpr std::uint8_t kSignBit = 0x80;
constexpr std::size_t kNumberSize = 32;

ByteView item(Reader& in, std::uint8_t tag) {
  const auto found = in.uint8();
  const auto size = in.uint8();
  if (found != tag || size > kMaxShort) in.reject(Errc::malformed);
  return in.raw(size);
}

/// The magnitude, without the zero that keeps its top bit from being the sign.
ByteView number(Reader& in) {
  auto value = item(in, kInteger);
  if (value.empty()) return in.reject(Errc::malformed), value;
  if ((value.front() & kSignBit) != 0) in.reject(Errc::malformed);
  if (value.front() == 0) {
    value = value.subspan(1);
    if (value.empty() || (value.front() & kSignBit) == 0) in.reject(Errc::malformed);
  }
  if (value.size() > kNumberSize) in.reject(Errc::malformed);
  return value;
}

}  // namespace

Result<Bytes> mpints_of_der(ByteView der) {
  Reader outer(der, kDoing);
  const auto content = item(outer, kSequence);
  if (auto end = outer.end(); !end) return fail(std::move(end));
  Reader inner(content, kDoing);
  const auto r = number(inner);
  const auto s = number(inner);
  if (auto end = inner.end(); !end) return fail(std::move(end));
  return std::move(Writer().mpint(r).mpint(s)).take();
}

}  // namespace latchkey::ssh
