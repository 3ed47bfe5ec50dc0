// SPDX-License-Identifier: MIT
#include "core/attest/authenticator_data.hpp"

#include <algorithm>
#include <utility>

#include "core/attest/attestation.hpp"
#include "core/attest/cose_key.hpp"
#include "core/ssh/wire.hpp"

namespace latchkey::attest {
namespace {

constexpr auto kDoing = "reading authenticator data";
constexpr std::string_view kApplicationPrefix = "ssh:";

constexpr std::uint8_t kUserPresent = 0x01;
constexpr std::uint8_t kUserVerified = 0x04;
constexpr std::uint8_t kAttestedCredential = 0x40;
constexpr std::uint8_t kExtensions = 0x80;

constexpr std::size_t kMaxCredentialId = 1023;  // WebAuthn section 4, "Credential ID"
constexpr std::size_t kMaxExtensions = 16;
constexpr std::size_t kMaxExtensionName = 32;  // WebAuthn section 9.1

template <std::size_t Size>
std::array<std::uint8_t, Size> array_of(ssh::Reader& in) {
  std::array<std::uint8_t, Size> array{};
  const auto bytes = in.raw(Size);
  std::copy(bytes.begin(), bytes.end(), array.begin());
  return array;
}

std::size_t uint16(ssh::Reader& in) {
  const std::size_t high = in.uint8();
  return (high << 8U) | in.uint8();
}

void skip_extensions(cbor::CborReader& reader) {
  const auto count = reader.map(kMaxExtensions);
  for (std::size_t i = 0; i < count; ++i) {
    (void)reader.text(kMaxExtensionName);
    reader.skip();
  }
}

Result<ssh::PublicKey> ssh_key(const CoseKey& key, std::string_view application) {
  if (key.algorithm == Algorithm::eddsa) {
    return ssh::PublicKey::make_sk_ed25519(key.point, application);
  }
  return ssh::PublicKey::make_sk_ecdsa_p256(key.point, application);
}

Result<void> check_relying_party(const crypto::Sha256& rp_id_hash, std::string_view application) {
  if (!application.starts_with(kApplicationPrefix)) {
    return fail(Errc::refused, "the key's application does not start with ssh:");
  }
  const auto hash = crypto::sha256(as_bytes(application));
  if (!hash) return tl::make_unexpected(hash.error());
  if (*hash != rp_id_hash) {
    return fail(Errc::refused, "the attestation was made for another application than the key's");
  }
  return {};
}

}  // namespace

Result<AuthenticatorData> parse_authenticator_data(ByteView bytes, std::string_view application) {
  if (bytes.size() > kMaxAuthenticatorData) return fail(Errc::too_large, kDoing);
  ssh::Reader in(bytes, kDoing);
  const auto rp_id_hash = array_of<32>(in);
  const auto flags = in.uint8();
  const auto counter = in.uint32();
  if ((flags & kAttestedCredential) == 0) in.reject(Errc::malformed);
  const auto aaguid = array_of<16>(in);
  const auto id_size = uint16(in);
  if (id_size == 0 || id_size > kMaxCredentialId) in.reject(Errc::malformed);
  const auto credential_id = in.raw(id_size);
  if (auto read = in.status(); !read) return fail(std::move(read));

  cbor::CborReader reader(in.rest());
  const auto cose_key = read_cose_key(reader);
  if ((flags & kExtensions) != 0) skip_extensions(reader);
  if (auto end = reader.end(kDoing); !end) return fail(std::move(end));

  if (auto checked = check_relying_party(rp_id_hash, application); !checked) {
    return fail(std::move(checked));
  }
  auto key = ssh_key(cose_key, application);
  if (!key) return fail(std::move(key));
  return AuthenticatorData{.rp_id_hash = rp_id_hash,
                           .user_present = (flags & kUserPresent) != 0,
                           .user_verified = (flags & kUserVerified) != 0,
                           .counter = counter,
                           .aaguid = aaguid,
                           .credential_id = to_bytes(credential_id),
                           .key = *std::move(key)};
}

}  // namespace latchkey::attest
