// SPDX-License-Identifier: MIT
// Any bytes as authenticator data: refused, or fields that say the same bytes again, up to the key.
#include <algorithm>

#include "core/attest/attestation.hpp"
#include "core/attest/authenticator_data.hpp"
#include "core/ssh/wire.hpp"
#include "tests/fuzz/require.hpp"

using namespace latchkey;
using namespace latchkey::attest;

namespace {

/// The fields in their places; `key` is the first bytes of the COSE_Key.
Bytes written(const AuthenticatorData& data, std::uint8_t flags) {
  ssh::Writer out;
  out.raw(data.rp_id_hash).uint8(flags).uint32(data.counter).raw(data.aaguid);
  out.uint8(static_cast<std::uint8_t>(data.credential_id.size() >> 8U));
  out.uint8(static_cast<std::uint8_t>(data.credential_id.size() & 0xffU));
  out.raw(data.credential_id);
  const auto point = data.key.point();
  if (data.key.type() == ssh::KeyType::sk_ed25519) {
    constexpr std::uint8_t kHead[] = {0xa4, 0x01, 0x01, 0x03, 0x27, 0x20, 0x06, 0x21, 0x58, 0x20};
    out.raw(kHead).raw(point);
  } else {
    constexpr std::uint8_t kHead[] = {0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20};
    constexpr std::uint8_t kMiddle[] = {0x22, 0x58, 0x20};
    out.raw(kHead).raw(point.subspan(1, 32)).raw(kMiddle).raw(point.subspan(33, 32));
  }
  return std::move(out).take();
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const ByteView input(bytes, size);
  const auto data = parse_authenticator_data(input, "ssh:");
  if (!data) return 0;
  require(size <= kMaxAuthenticatorData && ssh::is_security_key(data->key.type()));
  const auto flags = input[32];
  require(data->user_present == ((flags & 0x01U) != 0));
  require(data->user_verified == ((flags & 0x04U) != 0));
  const auto again = written(*data, flags);
  require(again.size() <= size && std::ranges::equal(again, input.first(again.size())));
  require((again.size() == size) == ((flags & 0x80U) == 0));
  return 0;
}
