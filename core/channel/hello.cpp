// SPDX-License-Identifier: MIT
#include "core/channel/hello.hpp"

#include <algorithm>

#include "core/channel/fields.hpp"
#include "core/text.hpp"

namespace latchkey::channel {
namespace {

constexpr std::string_view kMagic = "latchkey";
constexpr std::uint8_t kGroups = 8;
constexpr std::uint8_t kStrictGroups = 10;

Result<void> put_name(Bytes& out, const std::string& name) {
  if (name.size() > kMaxName) return fail(Errc::too_large, "writing a name");
  if (!is_printable(name)) return fail(Errc::malformed, "writing a name");
  put_u8(out, static_cast<std::uint8_t>(name.size()));
  put_bytes(out, as_bytes(name));
  return {};
}

bool valid_groups(std::uint8_t groups) noexcept {
  return groups == kGroups || groups == kStrictGroups;
}

}  // namespace

Result<Bytes> encode(const Greeting& greeting) {
  const auto count = greeting.versions.size();
  if (count == 0 || count > kMaxVersions) return fail(Errc::too_large, "writing a greeting");
  Bytes out;
  put_bytes(out, as_bytes(kMagic));
  put_u8(out, static_cast<std::uint8_t>(count));
  for (const auto version : greeting.versions) put_u16(out, version);
  if (auto put = put_name(out, greeting.name); !put) return fail(std::move(put));
  return out;
}

Result<Greeting> decode_greeting(ByteView payload) {
  constexpr auto kDoing = "reading a greeting";
  FieldReader reader(payload);
  const auto magic = reader.bytes(kMagic.size());
  if (!std::ranges::equal(magic, as_bytes(kMagic))) return fail(Errc::malformed, kDoing);
  Greeting greeting;
  const std::size_t count = reader.u8();
  if (count == 0 || count > kMaxVersions) return fail(Errc::malformed, kDoing);
  greeting.versions.clear();
  for (std::size_t i = 0; i < count; ++i) greeting.versions.push_back(reader.u16());
  const auto name = reader.bytes(reader.u8());
  if (auto end = reader.end(kDoing); !end) return fail(std::move(end));
  if (name.size() > kMaxName) return fail(Errc::too_large, kDoing);
  if (!is_printable(as_text(name))) return fail(Errc::malformed, kDoing);
  greeting.name = as_text(name);
  return greeting;
}

Result<Bytes> encode(const Hello& hello) {
  if (!valid_groups(hello.groups)) return fail(Errc::malformed, "writing a hello");
  Bytes out;
  put_u16(out, hello.version);
  put_u8(out, hello.groups);
  put_bytes(out, hello.nonce);
  if (auto put = put_name(out, hello.name); !put) return fail(std::move(put));
  return out;
}

Result<Hello> decode_hello(ByteView payload) {
  constexpr auto kDoing = "reading a hello";
  FieldReader reader(payload);
  Hello hello;
  hello.version = reader.u16();
  hello.groups = reader.u8();
  const auto nonce = reader.bytes(hello.nonce.size());
  const auto name = reader.bytes(reader.u8());
  if (auto end = reader.end(kDoing); !end) return fail(std::move(end));
  if (!valid_groups(hello.groups)) return fail(Errc::malformed, kDoing);
  if (name.size() > kMaxName) return fail(Errc::too_large, kDoing);
  if (!is_printable(as_text(name))) return fail(Errc::malformed, kDoing);
  std::ranges::copy(nonce, hello.nonce.begin());
  hello.name = as_text(name);
  return hello;
}

Bytes additional_data(ByteView greeting, ByteView hello) {
  Bytes out;
  for (const auto payload : {greeting, hello}) {
    put_u16(out, static_cast<std::uint16_t>(payload.size()));
    put_bytes(out, payload);
  }
  return out;
}

bool is_code(std::string_view digits, std::uint8_t groups) noexcept {
  return digits.size() == groups &&
         std::ranges::all_of(digits, [](char digit) { return digit >= '1' && digit <= '5'; });
}

}  // namespace latchkey::channel
