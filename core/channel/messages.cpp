// SPDX-License-Identifier: MIT
#include "core/channel/messages.hpp"

#include <utility>

#include "core/channel/message_bodies.hpp"
#include "core/channel/message_fields.hpp"

namespace latchkey::channel {
namespace {

constexpr auto kReading = "reading a message";
constexpr auto kWriting = "writing a message";

/// What a PIN with all around it fits in (CborWriter).
constexpr std::size_t kRoomForSecret = 256;
static_assert(kRoomForSecret > 2 * kMaxPin);

template <class Body>
Result<Message> read(cbor::CborReader& reader, std::size_t pairs) {
  Body body;
  read_body(reader, pairs, body);
  if (auto end = reader.end(kReading); !end) return fail(std::move(end));
  return body;
}

}  // namespace

Result<Bytes> encode(const Message& message) {
  cbor::CborWriter writer(kRoomForSecret);
  std::visit([&](const auto& body) { write_body(writer, body); }, message);
  return std::move(writer).end(kWriting, kMaxMessage);
}

Result<Message> decode(ByteView cbor) {
  if (cbor.size() > kMaxMessage) return fail(Errc::too_large, kReading);
  cbor::CborReader reader(cbor);
  const auto pairs = reader.map(kMaxPairs);
  if (reader.number(kMaxFieldKey) != kKindKey) reader.refuse(Errc::malformed);
  const auto kind = reader.number(kMaxFieldKey);
  if (pairs == 0) reader.refuse(Errc::malformed);
  if (reader.failed()) return tl::make_unexpected(reader.end(kReading).error());
  switch (static_cast<Kind>(kind)) {
    case Kind::welcome: return read<Welcome>(reader, pairs - 1);
    case Kind::offer: return read<Offer>(reader, pairs - 1);
    case Kind::result: return read<Outcome>(reader, pairs - 1);
    case Kind::verdict: return read<Verdict>(reader, pairs - 1);
    case Kind::token_request: return read<TokenRequest>(reader, pairs - 1);
    case Kind::token_event: return read<TokenEvent>(reader, pairs - 1);
    case Kind::pin: return read<PinTyped>(reader, pairs - 1);
    case Kind::token_made: return read<TokenMade>(reader, pairs - 1);
    case Kind::handles_request: return read<HandlesRequest>(reader, pairs - 1);
    case Kind::handles: return read<Handles>(reader, pairs - 1);
    case Kind::signature_wanted: return read<SignatureWanted>(reader, pairs - 1);
  }
  return fail(Errc::unsupported, kReading);
}

}  // namespace latchkey::channel
