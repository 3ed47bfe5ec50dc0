// SPDX-License-Identifier: MIT
#include "core/attest/record.hpp"

#include <utility>

#include "core/attest/authenticator_data.hpp"
#include "core/attest/signature.hpp"
#include "core/attest/signed_message.hpp"
#include "core/cbor/cbor_reader.hpp"
#include "core/cbor/cbor_writer.hpp"

namespace latchkey::attest {
namespace {

constexpr std::size_t kPairs = 5;
enum class Field : std::uint8_t { format = 1, authenticator_data, signature, chain, challenge };
constexpr auto kLastFormat = static_cast<std::uint64_t>(Format::fido_u2f);

bool is_challenge(ByteView challenge) noexcept {
  return challenge.empty() || challenge.size() >= kMinChallenge;
}

void take(cbor::CborReader& reader, Field field) {
  const auto expected = static_cast<std::uint64_t>(field);
  if (reader.number(expected) != expected) reader.refuse(Errc::malformed);
}

void put(cbor::CborWriter& writer, Field field) {
  const auto number = static_cast<std::uint64_t>(field);
  writer.number(number, number);
}

bool holds_as_u2f(const SkAttestFile& file, ByteView challenge, const ssh::PublicKey& key) {
  const auto leaf = Certificate::parse(file.certificate);
  if (!leaf) return false;
  const auto data = parse_authenticator_data(file.authenticator_data, key.application());
  const auto client_data_hash = crypto::sha256(challenge);
  if (!data || !client_data_hash) return false;
  const Attestation attestation{.format = Format::fido_u2f,
                                .authenticator_data = file.authenticator_data,
                                .signature = file.signature,
                                .chain = {}};
  const auto message = signed_message(attestation, *data, *client_data_hash);
  return verify_signature(*leaf, message, file.signature).has_value();
}

}  // namespace

Result<Bytes> encode(const Record& record) {
  const auto& attestation = record.attestation;
  cbor::CborWriter writer;
  writer.map(kPairs);
  put(writer, Field::format);
  writer.number(static_cast<std::uint64_t>(attestation.format), kLastFormat);
  put(writer, Field::authenticator_data);
  writer.byte_string(attestation.authenticator_data, kMaxAuthenticatorData);
  put(writer, Field::signature);
  writer.byte_string(attestation.signature, kMaxSignature);
  put(writer, Field::chain);
  writer.array(attestation.chain.size(), kMaxChain);
  for (const auto& der : attestation.chain) {
    if (der.empty()) writer.refuse(Errc::malformed);
    writer.byte_string(der, kMaxCertificate);
  }
  put(writer, Field::challenge);
  if (!is_challenge(record.challenge)) writer.refuse(Errc::malformed);
  writer.byte_string(record.challenge, kMaxChallenge);
  return std::move(writer).end("writing an attestation", kMaxRecord);
}

Result<Record> decode_record(ByteView bytes) {
  constexpr auto kDoing = "reading an attestation";
  if (bytes.size() > kMaxRecord) return fail(Errc::too_large, kDoing);
  cbor::CborReader reader(bytes);
  Record record;
  auto& attestation = record.attestation;
  if (reader.map(kPairs) != kPairs) reader.refuse(Errc::malformed);
  take(reader, Field::format);
  attestation.format = static_cast<Format>(reader.number(kLastFormat));
  take(reader, Field::authenticator_data);
  attestation.authenticator_data = to_bytes(reader.byte_string(kMaxAuthenticatorData));
  take(reader, Field::signature);
  attestation.signature = to_bytes(reader.byte_string(kMaxSignature));
  take(reader, Field::chain);
  const auto certificates = reader.array(kMaxChain);
  for (std::size_t i = 0; i < certificates; ++i) {
    const auto der = reader.byte_string(kMaxCertificate);
    if (der.empty()) reader.refuse(Errc::malformed);
    attestation.chain.push_back(to_bytes(der));
  }
  take(reader, Field::challenge);
  record.challenge = to_bytes(reader.byte_string(kMaxChallenge));
  if (!is_challenge(record.challenge)) reader.refuse(Errc::malformed);
  if (auto end = reader.end(kDoing); !end) return fail(std::move(end));
  return record;
}

Attestation attestation_of(const SkAttestFile& file, ByteView challenge,
                           const ssh::PublicKey& key) {
  Attestation attestation{.format = Format::packed,
                          .authenticator_data = file.authenticator_data,
                          .signature = file.signature,
                          .chain = {}};
  // Without a certificate it is self attestation, which U2F does not know.
  if (file.certificate.empty()) return attestation;
  attestation.chain.push_back(file.certificate);
  // One signature never fits both, and packed is what it is called where none does.
  if (holds_as_u2f(file, challenge, key)) attestation.format = Format::fido_u2f;
  return attestation;
}

}  // namespace latchkey::attest
