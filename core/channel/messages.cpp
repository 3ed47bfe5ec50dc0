// SPDX-License-Identifier: MIT
#include "core/channel/messages.hpp"

#include <algorithm>
#include <limits>
#include <type_traits>
#include <utility>

#include "core/cbor/cbor_reader.hpp"
#include "core/cbor/cbor_writer.hpp"

// Keys and bounds: docs/reference/protocol.md, "Messages". Both directions enforce the same.
namespace latchkey::channel {
namespace {

using cbor::CborReader;
using cbor::CborWriter;

constexpr std::uint64_t kKindKey = 0;
enum class Kind : std::uint8_t { welcome = 1, offer = 2, result = 3, verdict = 4 };

constexpr std::size_t kMaxPairs = 32;
constexpr std::size_t kMaxKey = 255;
constexpr std::size_t kMaxAccounts = 32;
constexpr std::size_t kMaxAccount = 64;
constexpr std::size_t kMaxKeyTypes = 32;
constexpr std::size_t kMaxKeyType = 64;
constexpr std::size_t kMaxHostKeys = 8;
constexpr std::size_t kMaxKeyBlob = 4096;
constexpr std::size_t kMaxSignature = 8192;
constexpr std::size_t kMaxDays = 36500;
constexpr std::size_t kMaxPort = 65535;
constexpr std::size_t kMaxDevice = 64;
constexpr std::size_t kMaxModel = 128;
constexpr std::size_t kMaxComment = 256;
constexpr std::size_t kMaxFrom = 512;
constexpr std::size_t kMaxText = 1024;
constexpr std::size_t kMaxFingerprint = 64;
constexpr std::size_t kMaxPath = 4096;
constexpr std::uint64_t kMaxTime = 253402300799;  // the end of the year 9999

template <std::size_t Size>
void read_array(CborReader& reader, std::array<std::uint8_t, Size>& out) {
  const auto bytes = reader.byte_string(Size);
  if (bytes.size() != Size) return reader.refuse(Errc::malformed);
  std::ranges::copy(bytes, out.begin());
}

/// A text or a byte string that must say something.
template <class View>
View filled(CborReader& reader, View view) {
  if (view.empty()) reader.refuse(Errc::malformed);
  return view;
}

std::vector<std::string> read_texts(CborReader& reader, std::size_t max, std::size_t max_size) {
  std::vector<std::string> texts;
  const auto count = reader.array(max);
  for (std::size_t i = 0; i < count; ++i) texts.emplace_back(filled(reader, reader.text(max_size)));
  return texts;
}

void write_texts(CborWriter& writer, const std::vector<std::string>& texts, std::size_t max,
                 std::size_t max_size) {
  writer.array(texts.size(), max);
  for (const auto& text : texts) {
    if (text.empty()) writer.refuse(Errc::malformed);
    writer.text(text, max_size);
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
    case 7: {
      const auto count = reader.array(kMaxHostKeys);
      for (std::size_t i = 0; i < count; ++i) {
        welcome.host_keys.push_back(to_bytes(filled(reader, reader.byte_string(kMaxKeyBlob))));
      }
      return true;
    }
    case 8:
      welcome.ssh_port = static_cast<std::uint16_t>(reader.number(kMaxPort));
      if (welcome.ssh_port == 0) reader.refuse(Errc::malformed);
      return true;
    case 9: welcome.sshd_running = reader.boolean(); return true;
    case 10: welcome.device = reader.text(kMaxDevice); return true;
    case 11: welcome.model = reader.text(kMaxModel); return true;
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
    case 7:
      offer.limits.expires =
          WallTime(std::chrono::seconds(static_cast<std::int64_t>(reader.number(kMaxTime))));
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
    case ResultCode::sshd_would_refuse:
    case ResultCode::file_unsuitable:
    case ResultCode::not_persistent:
    case ResultCode::write_failed:
    case ResultCode::busy:
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
    default: return false;
  }
}

bool read_field(CborReader& reader, std::uint64_t key, Verdict& verdict) {
  if (key != 1) return false;
  verdict.logged_in = reader.boolean();
  return true;
}

/// The fields behind the kind: keys ascend, 1 to `required` must all be there, others are passed
/// over.
template <class Body>
Result<Message> read_body(CborReader& reader, std::size_t pairs, std::uint64_t required) {
  Body body;
  std::uint64_t previous = kKindKey;
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < pairs && !reader.failed(); ++i) {
    const auto key = reader.number(kMaxKey);
    if (key <= previous) reader.refuse(Errc::malformed);
    previous = key;
    if (!read_field(reader, key, body)) reader.skip();
    if (key <= required) ++seen;
  }
  if (seen != required) reader.refuse(Errc::malformed);
  if (auto end = reader.end("reading a message"); !end) return fail(std::move(end));
  return body;
}

void write_head(CborWriter& writer, Kind kind, std::size_t fields) {
  writer.map(1 + fields);
  writer.number(kKindKey, kMaxKey);
  writer.number(static_cast<std::uint8_t>(kind), kMaxKey);
}

void write(CborWriter& writer, const Welcome& welcome) {
  const auto key = [&writer](std::uint64_t number) { writer.number(number, kMaxKey); };
  write_head(writer, Kind::welcome, 11);
  key(1), writer.byte_string(welcome.challenge, welcome.challenge.size());
  key(2), write_texts(writer, welcome.accounts, kMaxAccounts, kMaxAccount);
  key(3), write_texts(writer, welcome.key_types, kMaxKeyTypes, kMaxKeyType);
  key(4), writer.boolean(welcome.user_verification);
  key(5), writer.boolean(welcome.confirm_press);
  key(6), writer.number(welcome.max_validity_days, kMaxDays);
  key(7), writer.array(welcome.host_keys.size(), kMaxHostKeys);
  for (const auto& blob : welcome.host_keys) {
    if (blob.empty()) writer.refuse(Errc::malformed);
    writer.byte_string(blob, kMaxKeyBlob);
  }
  if (welcome.ssh_port == 0) writer.refuse(Errc::malformed);
  key(8), writer.number(welcome.ssh_port, kMaxPort);
  key(9), writer.boolean(welcome.sshd_running);
  key(10), writer.text(welcome.device, kMaxDevice);
  key(11), writer.text(welcome.model, kMaxModel);
}

void write(CborWriter& writer, const Offer& offer) {
  const auto key = [&writer](std::uint64_t number) { writer.number(number, kMaxKey); };
  const auto& limits = offer.limits;
  if (offer.account.empty() || offer.key.empty() || offer.signature.empty()) {
    writer.refuse(Errc::malformed);
  }
  write_head(writer, Kind::offer, limits.expires ? 7 : 6);
  key(1), writer.text(offer.account, kMaxAccount);
  key(2), writer.byte_string(offer.key, kMaxKeyBlob);
  key(3), writer.text(offer.comment, kMaxComment);
  key(4), writer.text(limits.from, kMaxFrom);
  key(5), writer.boolean(limits.restrict);
  key(6), writer.byte_string(offer.signature, kMaxSignature);
  if (limits.expires) {
    // A time before 1970 becomes a huge number here, beyond the bound.
    const auto seconds = limits.expires->time_since_epoch().count();
    key(7), writer.number(static_cast<std::uint64_t>(seconds), kMaxTime);
  }
}

void write(CborWriter& writer, const Outcome& outcome) {
  const auto key = [&writer](std::uint64_t number) { writer.number(number, kMaxKey); };
  const auto code = static_cast<std::uint8_t>(outcome.code);
  if (!known(code)) writer.refuse(Errc::malformed);
  write_head(writer, Kind::result, 7);
  key(1), writer.number(code, kMaxKey);
  key(2), writer.text(outcome.text, kMaxText);
  key(3), writer.text(outcome.fingerprint, kMaxFingerprint);
  key(4), writer.text(outcome.path, kMaxPath);
  key(5), writer.boolean(outcome.sshd_running);
  key(6), writer.number(outcome.log_position, std::numeric_limits<std::uint64_t>::max());
  key(7), writer.byte_string(outcome.log_hash, outcome.log_hash.size());
}

void write(CborWriter& writer, const Verdict& verdict) {
  write_head(writer, Kind::verdict, 1);
  writer.number(1, kMaxKey);
  writer.boolean(verdict.logged_in);
}

}  // namespace

Result<Bytes> encode(const Message& message) {
  CborWriter writer;
  std::visit([&](const auto& body) { write(writer, body); }, message);
  return std::move(writer).end("writing a message", kMaxMessage);
}

Result<Message> decode(ByteView cbor) {
  constexpr auto kDoing = "reading a message";
  if (cbor.size() > kMaxMessage) return fail(Errc::too_large, kDoing);
  CborReader reader(cbor);
  const auto pairs = reader.map(kMaxPairs);
  if (reader.number(kMaxKey) != kKindKey) reader.refuse(Errc::malformed);
  const auto kind = reader.number(kMaxKey);
  if (pairs == 0) reader.refuse(Errc::malformed);
  if (reader.failed()) return tl::make_unexpected(reader.end(kDoing).error());
  switch (static_cast<Kind>(kind)) {
    case Kind::welcome: return read_body<Welcome>(reader, pairs - 1, 11);
    case Kind::offer: return read_body<Offer>(reader, pairs - 1, 6);
    case Kind::result: return read_body<Outcome>(reader, pairs - 1, 7);
    case Kind::verdict: return read_body<Verdict>(reader, pairs - 1, 1);
  }
  return fail(Errc::unsupported, kDoing);
}

}  // namespace latchkey::channel
