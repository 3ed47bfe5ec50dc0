// SPDX-License-Identifier: MIT
#include "hal/fido/libfido2/cbor_shape.hpp"

namespace latchkey::fido {
namespace {

constexpr int kMaxDepth = 8;

std::optional<std::size_t> item_size(ByteView cbor, int depth) noexcept {
  const auto head = cbor_head(cbor);
  if (!head || depth > kMaxDepth) return std::nullopt;
  std::size_t size = head->size;
  const std::size_t room = cbor.size() - size;
  std::uint64_t items = 0;
  switch (head->major) {
    case CborMajor::number:
    case CborMajor::negative:
    case CborMajor::simple: return size;
    case CborMajor::bytes:
    case CborMajor::text:
      if (head->value > room) return std::nullopt;
      return size + static_cast<std::size_t>(head->value);
    case CborMajor::tag: items = 1; break;
    // Each item takes a byte at least.
    case CborMajor::array:
      if (head->value > room) return std::nullopt;
      items = head->value;
      break;
    case CborMajor::map:
      if (head->value > room / 2) return std::nullopt;
      items = head->value * 2;
      break;
  }
  for (; items > 0; --items) {
    const auto item = item_size(cbor.subspan(size), depth + 1);
    if (!item) return std::nullopt;
    size += *item;
  }
  return size;
}

}  // namespace

std::optional<CborHead> cbor_head(ByteView cbor) noexcept {
  if (cbor.empty()) return std::nullopt;
  const auto major = static_cast<CborMajor>(cbor.front() >> 5U);
  const auto info = static_cast<std::uint8_t>(cbor.front() & 0x1FU);
  if (info < 24) return CborHead{major, info, 1};
  if (info > 27) return std::nullopt;
  const std::size_t width = std::size_t{1} << (info - 24U);
  if (cbor.size() < 1 + width) return std::nullopt;
  std::uint64_t value = 0;
  for (const auto byte : cbor.subspan(1, width)) value = value << 8U | byte;
  return CborHead{major, value, 1 + width};
}

std::optional<std::size_t> cbor_item_size(ByteView cbor) noexcept { return item_size(cbor, 0); }

}  // namespace latchkey::fido
