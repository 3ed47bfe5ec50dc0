// SPDX-License-Identifier: MIT
#include "hal/fido/sim/ctap2/token.hpp"

#include <algorithm>

namespace latchkey::fido::sim {
namespace {

std::size_t index_of(PinProtocol protocol) { return protocol == PinProtocol::one ? 0 : 1; }

}  // namespace

tl::expected<PinProtocol, Status> find_protocol(const Model& model, const Value* protocol) {
  if (protocol == nullptr) return tl::make_unexpected(Status::missing_parameter);
  const auto number = protocol->number();
  if (!number) return tl::make_unexpected(Status::cbor_unexpected_type);
  const auto& known = model.pin_protocols;
  if (std::find(known.begin(), known.end(), *number) == known.end()) {
    return tl::make_unexpected(Status::invalid_parameter);
  }
  if (*number == 1) return PinProtocol::one;
  if (*number == 2) return PinProtocol::two;
  return tl::make_unexpected(Status::invalid_parameter);
}

std::optional<SigningKey>& agreement_key_of(Session& session, PinProtocol protocol) {
  return session.agreement_keys.at(index_of(protocol));
}

PinUvAuthToken& token_of(Session& session, PinProtocol protocol) {
  return session.tokens.at(index_of(protocol));
}

Result<void> renew_tokens(Session& session, crypto::Random& random) {
  for (auto& token : session.tokens) {
    token = PinUvAuthToken{};
    if (auto filled = random.fill(token.value); !filled) return filled;
  }
  return {};
}

void expire(PinUvAuthToken& token, Instant now) {
  const auto age = now - token.issued;
  if (age >= kUserPresence) token.user_present = false;
  if (age >= kLongestUse || (age >= kFirstUse && !token.used)) token = PinUvAuthToken{};
}

}  // namespace latchkey::fido::sim
