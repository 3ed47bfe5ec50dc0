// SPDX-License-Identifier: MIT
#include "core/channel/token_messages.hpp"

#include <algorithm>
#include <functional>
#include <limits>
#include <string_view>
#include <utility>

#include "core/channel/message_bodies.hpp"
#include "core/channel/message_fields.hpp"

namespace latchkey::channel {
namespace {

using cbor::CborReader;
using cbor::CborWriter;

constexpr std::size_t kMaxTokenName = 64;
constexpr std::uint64_t kMaxByte = std::numeric_limits<std::uint8_t>::max();
constexpr auto kLastAlgorithm = static_cast<std::uint64_t>(TokenAlgorithm::ecdsa_p256);
constexpr auto kFirstNews = static_cast<std::uint64_t>(TokenNews::plug_in);
constexpr auto kLastNews = static_cast<std::uint64_t>(TokenNews::pulled_out);

/// What is around the handles in their message, with something to spare.
constexpr std::size_t kAroundHandles = 16;
constexpr std::size_t kHeads = 64;  // of the fields of one handle
static_assert(kAroundHandles + kMaxKeyBlob + kMaxHandle + kMaxAccount + kMaxComment + kMaxRecord +
                  kHeads <=
              kMaxMessage);

/// OpenSSH's rule for the applications of its keys (PROTOCOL.u2f).
bool is_application(std::string_view application) noexcept {
  return application.starts_with("ssh:");
}

bool read_field(CborReader& reader, std::uint64_t key, TokenRequest& request) {
  switch (key) {
    case 1: request.account = filled(reader, reader.text(kMaxAccount)); return true;
    case 2: request.comment = reader.text(kMaxComment); return true;
    case 3: request.limits.from = reader.text(kMaxFrom); return true;
    case 4: request.limits.restrict = reader.boolean(); return true;
    case 5:
      request.algorithm = static_cast<TokenAlgorithm>(reader.number(kLastAlgorithm));
      return true;
    case 6: request.resident = reader.boolean(); return true;
    case 7: request.verify = reader.boolean(); return true;
    case 8: request.existing = reader.boolean(); return true;
    case 9:
      request.application = reader.text(kMaxApplication);
      if (!is_application(request.application)) reader.refuse(Errc::malformed);
      return true;
    case 10: request.user = reader.text(kMaxUser); return true;
    case 11: request.limits.expires = read_time(reader); return true;
    default: return false;
  }
}

bool read_field(CborReader& reader, std::uint64_t key, TokenEvent& event) {
  switch (key) {
    case 1: {
      const auto news = reader.number(kLastNews);
      if (news < kFirstNews) reader.refuse(Errc::malformed);
      event.news = static_cast<TokenNews>(news);
      return true;
    }
    case 2: event.tries_left = static_cast<std::uint8_t>(reader.number(kMaxByte)); return true;
    case 3: event.key = reader.text(kMaxTokenName); return true;
    default: return false;
  }
}

bool read_field(CborReader& reader, std::uint64_t key, PinTyped& typed) {
  switch (key) {
    case 1: {
      const auto pin = filled(reader, reader.byte_string(kMaxPin));
      typed.pin.assign(pin.begin(), pin.end());
      return true;
    }
    case 2:
      typed.event = static_cast<std::uint8_t>(reader.number(kMaxTokenEvents));
      if (typed.event == 0) reader.refuse(Errc::malformed);
      return true;
    default: return false;
  }
}

bool read_field(CborReader& reader, std::uint64_t key, KeyHandle& handle) {
  switch (key) {
    case 1: handle.key = to_bytes(filled(reader, reader.byte_string(kMaxKeyBlob))); return true;
    case 2: handle.handle = to_bytes(filled(reader, reader.byte_string(kMaxHandle))); return true;
    case 3: handle.flags = static_cast<std::uint8_t>(reader.number(kMaxByte)); return true;
    case 4: handle.account = filled(reader, reader.text(kMaxAccount)); return true;
    case 5: handle.comment = reader.text(kMaxComment); return true;
    case 6: handle.attestation = to_bytes(reader.byte_string(kMaxRecord)); return true;
    case 7: handle.made = read_time(reader); return true;
    default: return false;
  }
}

KeyHandle read_handle(CborReader& reader) {
  KeyHandle handle;
  read_fields(reader, reader.map(kMaxPairs), 7, handle, read_field);
  return handle;
}

void write_handle(CborWriter& writer, const KeyHandle& handle) {
  if (handle.key.empty() || handle.handle.empty() || handle.account.empty()) {
    writer.refuse(Errc::malformed);
  }
  Fields fields(writer, 7);
  fields[1].byte_string(handle.key, kMaxKeyBlob);
  fields[2].byte_string(handle.handle, kMaxHandle);
  fields[3].number(handle.flags, kMaxByte);
  fields[4].text(handle.account, kMaxAccount);
  fields[5].text(handle.comment, kMaxComment);
  fields[6].byte_string(handle.attestation, kMaxRecord);
  write_time(fields[7], handle.made);
}

bool read_field(CborReader& reader, std::uint64_t key, TokenMade& made) {
  if (key != 1) return false;
  made.made = read_handle(reader);
  return true;
}

bool read_field(CborReader& reader, std::uint64_t key, HandlesRequest& request) {
  if (key != 1) return false;
  request.account = reader.text(kMaxAccount);
  return true;
}

bool read_field(CborReader& reader, std::uint64_t key, Handles& handles) {
  if (key != 1) return false;
  const auto count = reader.array(kMaxHandles);
  for (std::size_t i = 0; i < count && !reader.failed(); ++i) {
    handles.handles.push_back(read_handle(reader));
  }
  return true;
}

}  // namespace

void read_body(CborReader& reader, std::size_t pairs, TokenRequest& request) {
  read_fields(reader, pairs, 10, request, read_field);
}

void read_body(CborReader& reader, std::size_t pairs, TokenEvent& event) {
  read_fields(reader, pairs, 3, event, read_field);
}

void read_body(CborReader& reader, std::size_t pairs, PinTyped& pin) {
  read_fields(reader, pairs, 2, pin, read_field);
}

void read_body(CborReader& reader, std::size_t pairs, TokenMade& made) {
  read_fields(reader, pairs, 1, made, read_field);
}

void read_body(CborReader& reader, std::size_t pairs, HandlesRequest& request) {
  read_fields(reader, pairs, 1, request, read_field);
}

void read_body(CborReader& reader, std::size_t pairs, Handles& handles) {
  read_fields(reader, pairs, 1, handles, read_field);
}

void write_body(CborWriter& writer, const TokenRequest& request) {
  const auto& limits = request.limits;
  if (request.account.empty() || !is_application(request.application)) {
    writer.refuse(Errc::malformed);
  }
  Fields fields(writer, Kind::token_request, limits.expires ? 11 : 10);
  fields[1].text(request.account, kMaxAccount);
  fields[2].text(request.comment, kMaxComment);
  fields[3].text(limits.from, kMaxFrom);
  fields[4].boolean(limits.restrict);
  fields[5].number(static_cast<std::uint64_t>(request.algorithm), kLastAlgorithm);
  fields[6].boolean(request.resident);
  fields[7].boolean(request.verify);
  fields[8].boolean(request.existing);
  fields[9].text(request.application, kMaxApplication);
  fields[10].text(request.user, kMaxUser);
  if (limits.expires) write_time(fields[11], *limits.expires);
}

void write_body(CborWriter& writer, const TokenEvent& event) {
  const auto news = static_cast<std::uint64_t>(event.news);
  if (news < kFirstNews) writer.refuse(Errc::malformed);
  Fields fields(writer, Kind::token_event, 3);
  fields[1].number(news, kLastNews);
  fields[2].number(event.tries_left, kMaxByte);
  fields[3].text(event.key, kMaxTokenName);
}

void write_body(CborWriter& writer, const PinTyped& pin) {
  if (pin.pin.empty() || pin.event == 0) writer.refuse(Errc::malformed);
  Fields fields(writer, Kind::pin, 2);
  fields[1].byte_string(pin.pin, kMaxPin);
  fields[2].number(pin.event, kMaxTokenEvents);
}

void write_body(CborWriter& writer, const TokenMade& made) {
  Fields fields(writer, Kind::token_made, 1);
  write_handle(fields[1], made.made);
}

void write_body(CborWriter& writer, const HandlesRequest& request) {
  Fields fields(writer, Kind::handles_request, 1);
  fields[1].text(request.account, kMaxAccount);
}

void write_body(CborWriter& writer, const Handles& handles) {
  Fields fields(writer, Kind::handles, 1);
  fields[1].array(handles.handles.size(), kMaxHandles);
  for (const auto& handle : handles.handles) write_handle(writer, handle);
}

Handles latest_that_fit(std::vector<KeyHandle> handles) {
  std::ranges::stable_sort(handles, std::ranges::greater{}, &KeyHandle::made);
  Handles fitting;
  std::size_t size = kAroundHandles;
  for (auto& handle : handles) {
    CborWriter writer;
    write_handle(writer, handle);
    const auto bytes = std::move(writer).end("measuring a handle", kMaxMessage);
    if (!bytes) continue;
    size += bytes->size();
    if (size > kMaxMessage || fitting.handles.size() == kMaxHandles) break;
    fitting.handles.push_back(std::move(handle));
  }
  return fitting;
}

}  // namespace latchkey::channel
