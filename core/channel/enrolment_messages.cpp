// SPDX-License-Identifier: MIT
#include <limits>

#include "core/channel/message_bodies.hpp"
#include "core/channel/message_fields.hpp"

namespace latchkey::channel {
namespace {

using cbor::CborReader;
using cbor::CborWriter;

constexpr std::size_t kMaxAccounts = 32;
constexpr std::size_t kMaxKeyTypes = 32;
constexpr std::size_t kMaxKeyType = 64;
constexpr std::size_t kMaxHostKeys = 8;
constexpr std::size_t kMaxSignature = 8192;
constexpr std::size_t kMaxDays = 36500;
constexpr std::size_t kMaxPort = 65535;
constexpr std::size_t kMaxDevice = 64;
constexpr std::size_t kMaxModel = 128;
constexpr std::size_t kMaxFingerprint = 64;
constexpr std::size_t kMaxPath = 4096;
constexpr std::size_t kMaxHardware = 256;
constexpr auto kLastRule = static_cast<std::uint64_t>(attest::HardwareRule::require);

std::vector<Bytes> read_host_keys(CborReader& reader) {
  std::vector<Bytes> host_keys;
  const auto count = reader.array(kMaxHostKeys);
  for (std::size_t i = 0; i < count; ++i) {
    host_keys.push_back(to_bytes(filled(reader, reader.byte_string(kMaxKeyBlob))));
  }
  return host_keys;
}

void write_host_keys(CborWriter& writer, const std::vector<Bytes>& host_keys) {
  writer.array(host_keys.size(), kMaxHostKeys);
  for (const auto& blob : host_keys) {
    if (blob.empty()) writer.refuse(Errc::malformed);
    writer.byte_string(blob, kMaxKeyBlob);
  }
}

bool read_field(CborReader& reader, std::uint64_t key, Welcome& welcome) {
  switch (key) {
    case 1: read_array(reader, welcome.challenge); return true;
    case 2: welcome.accounts = read_texts(reader, kMaxAccounts, kMaxAccount); return true;
    case 3: welcome.key_types = read_texts(reader, kMaxKeyTypes, kMaxKeyType); return true;
    case 4: welcome.user_verification = reader.boolean(); return true;
    case 5: welcome.confirm_press = reader.boolean(); return true;
    case 6:
      welcome.max_validity_days = static_cast<std::uint32_t>(reader.number(kMaxDays));
      return true;
    case 7: welcome.host_keys = read_host_keys(reader); return true;
    case 8:
      welcome.ssh_port = static_cast<std::uint16_t>(reader.number(kMaxPort));
      if (welcome.ssh_port == 0) reader.refuse(Errc::malformed);
      return true;
    case 9: welcome.sshd_running = reader.boolean(); return true;
    case 10: welcome.device = reader.text(kMaxDevice); return true;
    case 11: welcome.model = reader.text(kMaxModel); return true;
    case 12:
      welcome.hardware = static_cast<attest::HardwareRule>(reader.number(kLastRule));
      return true;
    default: return false;
  }
}

bool read_field(CborReader& reader, std::uint64_t key, Offer& offer) {
  switch (key) {
    case 1: offer.account = filled(reader, reader.text(kMaxAccount)); return true;
    case 2: offer.key = to_bytes(filled(reader, reader.byte_string(kMaxKeyBlob))); return true;
    case 3: offer.comment = reader.text(kMaxComment); return true;
    case 4: offer.limits.from = reader.text(kMaxFrom); return true;
    case 5: offer.limits.restrict = reader.boolean(); return true;
    case 6:
      offer.signature = to_bytes(filled(reader, reader.byte_string(kMaxSignature)));
      return true;
    case 7: offer.limits.expires = read_time(reader); return true;
    case 8:
      offer.attestation = to_bytes(filled(reader, reader.byte_string(kMaxRecord)));
      return true;
    default: return false;
  }
}

bool known(std::uint64_t code) noexcept {
  switch (static_cast<ResultCode>(code)) {
    case ResultCode::added:
    case ResultCode::already_there:
    case ResultCode::taken_out:
    case ResultCode::kept:
    case ResultCode::expired_line:
    case ResultCode::bad_request:
    case ResultCode::account_not_allowed:
    case ResultCode::key_type_not_allowed:
    case ResultCode::key_too_weak:
    case ResultCode::key_invalid:
    case ResultCode::not_proved:
    case ResultCode::no_user_presence:
    case ResultCode::no_user_verification:
    case ResultCode::not_attested:
    case ResultCode::attestation_invalid:
    case ResultCode::sshd_would_refuse:
    case ResultCode::file_unsuitable:
    case ResultCode::not_persistent:
    case ResultCode::write_failed:
    case ResultCode::busy:
    case ResultCode::model_not_allowed:
    case ResultCode::token_failed:
    case ResultCode::window_closed:
    case ResultCode::not_confirmed:
    case ResultCode::internal: return true;
  }
  return false;
}

bool read_field(CborReader& reader, std::uint64_t key, Outcome& outcome) {
  switch (key) {
    case 1: {
      const auto code = reader.number(std::numeric_limits<std::uint8_t>::max());
      if (!known(code)) reader.refuse(Errc::malformed);
      outcome.code = static_cast<ResultCode>(code);
      return true;
    }
    case 2: outcome.text = reader.text(kMaxText); return true;
    case 3: outcome.fingerprint = reader.text(kMaxFingerprint); return true;
    case 4: outcome.path = reader.text(kMaxPath); return true;
    case 5: outcome.sshd_running = reader.boolean(); return true;
    case 6:
      outcome.log_position = reader.number(std::numeric_limits<std::uint64_t>::max());
      return true;
    case 7: read_array(reader, outcome.log_hash); return true;
    case 8: outcome.hardware = reader.text(kMaxHardware); return true;
    default: return false;
  }
}

bool read_field(CborReader& reader, std::uint64_t key, Verdict& verdict) {
  if (key != 1) return false;
  verdict.logged_in = reader.boolean();
  return true;
}

bool read_field(CborReader& reader, std::uint64_t key, SignatureWanted& wanted) {
  if (key != 1) return false;
  wanted.why = reader.text(kMaxText);
  return true;
}

}  // namespace

void read_body(CborReader& reader, std::size_t pairs, Welcome& welcome) {
  read_fields(reader, pairs, 12, welcome, read_field);
}

void read_body(CborReader& reader, std::size_t pairs, Offer& offer) {
  read_fields(reader, pairs, 5, offer, read_field);
  if (offer.signature.empty() && offer.attestation.empty()) reader.refuse(Errc::malformed);
}

void read_body(CborReader& reader, std::size_t pairs, Outcome& outcome) {
  read_fields(reader, pairs, 8, outcome, read_field);
}

void read_body(CborReader& reader, std::size_t pairs, Verdict& verdict) {
  read_fields(reader, pairs, 1, verdict, read_field);
}

void read_body(CborReader& reader, std::size_t pairs, SignatureWanted& wanted) {
  read_fields(reader, pairs, 1, wanted, read_field);
}

void write_body(CborWriter& writer, const Welcome& welcome) {
  Fields fields(writer, Kind::welcome, 12);
  fields[1].byte_string(welcome.challenge, welcome.challenge.size());
  write_texts(fields[2], welcome.accounts, kMaxAccounts, kMaxAccount);
  write_texts(fields[3], welcome.key_types, kMaxKeyTypes, kMaxKeyType);
  fields[4].boolean(welcome.user_verification);
  fields[5].boolean(welcome.confirm_press);
  fields[6].number(welcome.max_validity_days, kMaxDays);
  write_host_keys(fields[7], welcome.host_keys);
  if (welcome.ssh_port == 0) writer.refuse(Errc::malformed);
  fields[8].number(welcome.ssh_port, kMaxPort);
  fields[9].boolean(welcome.sshd_running);
  fields[10].text(welcome.device, kMaxDevice);
  fields[11].text(welcome.model, kMaxModel);
  fields[12].number(static_cast<std::uint64_t>(welcome.hardware), kLastRule);
}

void write_body(CborWriter& writer, const Offer& offer) {
  const auto& limits = offer.limits;
  const bool is_signed = !offer.signature.empty();
  const bool attested = !offer.attestation.empty();
  if (offer.account.empty() || offer.key.empty() || !(is_signed || attested)) {
    writer.refuse(Errc::malformed);
  }
  std::size_t pairs = 5;
  for (const bool there : {is_signed, limits.expires.has_value(), attested}) pairs += there ? 1 : 0;
  Fields fields(writer, Kind::offer, pairs);
  fields[1].text(offer.account, kMaxAccount);
  fields[2].byte_string(offer.key, kMaxKeyBlob);
  fields[3].text(offer.comment, kMaxComment);
  fields[4].text(limits.from, kMaxFrom);
  fields[5].boolean(limits.restrict);
  if (is_signed) fields[6].byte_string(offer.signature, kMaxSignature);
  if (limits.expires) write_time(fields[7], *limits.expires);
  if (attested) fields[8].byte_string(offer.attestation, kMaxRecord);
}

void write_body(CborWriter& writer, const Outcome& outcome) {
  const auto code = static_cast<std::uint8_t>(outcome.code);
  if (!known(code)) writer.refuse(Errc::malformed);
  Fields fields(writer, Kind::result, 8);
  fields[1].number(code, std::numeric_limits<std::uint8_t>::max());
  fields[2].text(outcome.text, kMaxText);
  fields[3].text(outcome.fingerprint, kMaxFingerprint);
  fields[4].text(outcome.path, kMaxPath);
  fields[5].boolean(outcome.sshd_running);
  fields[6].number(outcome.log_position, std::numeric_limits<std::uint64_t>::max());
  fields[7].byte_string(outcome.log_hash, outcome.log_hash.size());
  fields[8].text(outcome.hardware, kMaxHardware);
}

void write_body(CborWriter& writer, const Verdict& verdict) {
  Fields fields(writer, Kind::verdict, 1);
  fields[1].boolean(verdict.logged_in);
}

void write_body(CborWriter& writer, const SignatureWanted& wanted) {
  Fields fields(writer, Kind::signature_wanted, 1);
  fields[1].text(wanted.why, kMaxText);
}

}  // namespace latchkey::channel
