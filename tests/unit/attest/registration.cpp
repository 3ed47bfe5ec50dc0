// SPDX-License-Identifier: MIT
#include "tests/unit/attest/registration.hpp"

#include <openssl/sha.h>

namespace latchkey::attest::test {
namespace {

void append_uint(Bytes& out, std::uint64_t value, int bytes) {
  for (int i = bytes - 1; i >= 0; --i) {
    out.push_back(static_cast<std::uint8_t>(value >> (8U * static_cast<unsigned>(i))));
  }
}

Bytes client_data_hash(const Registration& registration) { return sha256(registration.challenge); }

}  // namespace

Bytes sha256(ByteView bytes) {
  Bytes hash(SHA256_DIGEST_LENGTH);
  SHA256(bytes.data(), bytes.size(), hash.data());
  return hash;
}

Bytes text(std::string_view text) { return {text.begin(), text.end()}; }

void append(Bytes& out, ByteView more) { out.insert(out.end(), more.begin(), more.end()); }

Bytes Registration::cose_key() const {
  const auto point = key.point();
  // {1: 1 (OKP), 3: -8 (EdDSA), -1: 6 (Ed25519), -2: x}
  Bytes cose{0xa4, 0x01, 0x01, 0x03, 0x27, 0x20, 0x06, 0x21, 0x58, 0x20};
  if (ed25519) {
    append(cose, point);
    return cose;
  }
  // {1: 2 (EC2), 3: -7 (ES256), -1: 1 (P-256), -2: x, -3: y}
  cose = {0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20};
  append(cose, ByteView(point).subspan(1, 32));
  append(cose, Bytes{0x22, 0x58, 0x20});
  append(cose, ByteView(point).subspan(33, 32));
  return cose;
}

Bytes Registration::authenticator_data() const {
  auto data = sha256(test::text(hashed_application));
  data.push_back(flags);
  append_uint(data, counter, 4);
  append(data, aaguid);
  append_uint(data, credential_id.size(), 2);
  append(data, credential_id);
  append(data, cose_key());
  append(data, extensions);
  return data;
}

ssh::PublicKey Registration::ssh_key() const {
  return ed25519 ? ssh::PublicKey::make_sk_ed25519(key.point(), application).value()
                 : ssh::PublicKey::make_sk_ecdsa_p256(key.point(), application).value();
}

Bytes Registration::packed_message() const {
  auto message = authenticator_data();
  append(message, client_data_hash(*this));
  return message;
}

Bytes Registration::u2f_message() const {
  Bytes message{0x00};
  append(message, sha256(test::text(hashed_application)));
  append(message, client_data_hash(*this));
  append(message, credential_id);
  append(message, key.point());
  return message;
}

Attestation Registration::packed(const Certified& leaf, std::vector<Bytes> above,
                                 const char* hash) const {
  above.insert(above.begin(), leaf.der);
  return {Format::packed, authenticator_data(), leaf.key.sign(packed_message(), hash),
          std::move(above)};
}

Attestation Registration::u2f(const Certified& leaf) const {
  return {Format::fido_u2f, authenticator_data(), leaf.key.sign(u2f_message()), {leaf.der}};
}

Attestation Registration::self() const {
  return {Format::packed, authenticator_data(), key.sign(packed_message()), {}};
}

CertificateStore World::store(const std::vector<Bytes>& ders) {
  CertificateStore store;
  for (const auto& der : ders) store.add_pem(pem(der)).value();
  return store;
}

Judgement World::judge(const Attestation& attestation, const Registration& registration) const {
  const auto key = registration.ssh_key();
  return attest::judge({attestation, registration.challenge, key}, roots, intermediates, now);
}

}  // namespace latchkey::attest::test
