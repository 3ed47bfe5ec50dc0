// SPDX-License-Identifier: MIT
#include "core/channel/message_stream.hpp"

#include <utility>

#include "core/channel/fields.hpp"

namespace latchkey::channel {
namespace {

constexpr std::size_t kHeader = 4;

}  // namespace

Result<void> MessageStream::receive(ByteView bytes) {
  auto received = tls_.receive(bytes);
  const auto plaintext = tls_.take_plaintext();
  plaintext_.insert(plaintext_.end(), plaintext.begin(), plaintext.end());
  return received;
}

Result<std::optional<Message>> MessageStream::next() {
  if (plaintext_.size() < kHeader) return std::nullopt;
  FieldReader reader(plaintext_);
  const std::size_t size = reader.u32();
  if (size > kMaxMessage) return fail(Errc::too_large, "reading a message");
  if (plaintext_.size() - kHeader < size) return std::nullopt;
  auto message = decode(reader.bytes(size));
  if (!message) return fail(std::move(message));
  // Not erase(): it would leave bytes of this message beyond the end.
  plaintext_ = crypto::WipingBytes(plaintext_.begin() + static_cast<std::ptrdiff_t>(kHeader + size),
                                   plaintext_.end());
  return std::move(*message);
}

Result<void> MessageStream::send(const Message& message) {
  auto cbor = encode(message);
  if (!cbor) return fail(std::move(cbor));
  Bytes framed;
  framed.reserve(kHeader + cbor->size());
  put_u32(framed, static_cast<std::uint32_t>(cbor->size()));
  put_bytes(framed, *cbor);
  auto sent = tls_.send(framed);
  crypto::wipe(*cbor);
  crypto::wipe(framed);
  return sent;
}

}  // namespace latchkey::channel
