// SPDX-License-Identifier: MIT
#include "hal/fido/sim/u2f/apdu.hpp"

namespace latchkey::fido::sim {
namespace {

constexpr std::size_t kHeaderSize = 4;

/// The first `size` bytes, where nothing or a length of `le_size` bytes follows them.
std::optional<ByteView> take(ByteView bytes, std::size_t size, std::size_t le_size) {
  if (bytes.size() != size && bytes.size() != size + le_size) return std::nullopt;
  return bytes.first(size);
}

/// What follows the header: [Lc data] [Le].
std::optional<ByteView> parse_data(ByteView body) {
  constexpr std::size_t kExtended = 3;  // 00 and a length of two bytes
  if (body.size() <= 1) return ByteView{};
  if (body[0] != 0) return take(body.subspan(1), body[0], 1);
  if (body.size() < kExtended) return std::nullopt;
  if (body.size() == kExtended) return ByteView{};
  const auto size = static_cast<std::size_t>((body[1] << 8U) | body[2]);
  return take(body.subspan(kExtended), size, 2);
}

}  // namespace

std::optional<Apdu> Apdu::parse(ByteView message) {
  if (message.size() < kHeaderSize) return std::nullopt;
  const auto data = parse_data(message.subspan(kHeaderSize));
  if (!data) return std::nullopt;
  return Apdu{message[0], message[1], message[2], message[3], *data};
}

}  // namespace latchkey::fido::sim
