// SPDX-License-Identifier: MIT
#include "firmware/monitor/handle_store.hpp"

#include <cerrno>
#include <cstdio>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>

#include "core/attest/record.hpp"
#include "core/crypto/base64.hpp"
#include "core/text.hpp"
#include "firmware/monitor/small_file.hpp"
#include "firmware/roles/offer_fields.hpp"

namespace latchkey::monitor {
namespace {

using channel::KeyHandle;
using Handles = std::vector<KeyHandle>;
using Json = nlohmann::ordered_json;

constexpr std::int64_t kYear9999 = 253'370'764'800;

/// What a message between the roles has room for, and a terminal can show.
bool fits(const KeyHandle& handle) {
  const auto made = handle.made.time_since_epoch().count();
  return made >= 0 && made <= kYear9999 && is_printable(handle.account) &&
         is_printable(handle.comment) && !handle.key.empty() &&
         handle.key.size() <= roles::kMaxKey && !handle.handle.empty() &&
         handle.handle.size() <= channel::kMaxHandle &&
         handle.account.size() <= roles::kMaxAccount &&
         handle.comment.size() <= roles::kMaxComment &&
         handle.attestation.size() <= attest::kMaxRecord;
}

Json write_handle(const KeyHandle& handle) {
  Json json;
  json["account"] = handle.account;
  json["comment"] = handle.comment;
  json["made"] = handle.made.time_since_epoch().count();
  json["flags"] = handle.flags;
  json["key"] = crypto::to_base64(handle.key);
  json["handle"] = crypto::to_base64(handle.handle);
  json["attestation"] = crypto::to_base64(handle.attestation);
  return json;
}

std::optional<std::string> text_of(const Json& json, const char* name) {
  const auto found = json.find(name);
  if (found == json.end() || !found->is_string()) return std::nullopt;
  return found->get<std::string>();
}

std::optional<Bytes> bytes_of(const Json& json, const char* name) {
  const auto text = text_of(json, name);
  if (!text) return std::nullopt;
  auto bytes = crypto::from_base64(*text);
  if (!bytes) return std::nullopt;
  return std::move(*bytes);
}

/// A whole number from 0 to `most`.
std::optional<std::int64_t> number_of(const Json& json, const char* name, std::int64_t most) {
  const auto found = json.find(name);
  if (found == json.end() || !found->is_number_unsigned()) return std::nullopt;
  const auto number = found->get<std::uint64_t>();
  if (number > static_cast<std::uint64_t>(most)) return std::nullopt;
  return static_cast<std::int64_t>(number);
}

std::optional<KeyHandle> read_handle(const Json& json) {
  if (!json.is_object()) return std::nullopt;
  const auto account = text_of(json, "account");
  const auto comment = text_of(json, "comment");
  const auto made = number_of(json, "made", kYear9999);
  const auto flags = number_of(json, "flags", std::numeric_limits<std::uint8_t>::max());
  auto key = bytes_of(json, "key");
  auto credential = bytes_of(json, "handle");
  auto attestation = bytes_of(json, "attestation");
  if (!account || !comment || !made || !flags || !key || !credential || !attestation) {
    return std::nullopt;
  }
  KeyHandle handle;
  handle.key = std::move(*key);
  handle.handle = std::move(*credential);
  handle.flags = static_cast<std::uint8_t>(*flags);
  handle.account = *account;
  handle.comment = *comment;
  handle.attestation = std::move(*attestation);
  handle.made = WallTime(std::chrono::seconds(*made));
  if (!fits(handle)) return std::nullopt;
  return handle;
}

Result<Handles> read_handles(const std::string& text, const std::string& path) {
  const auto damaged = fail(Errc::malformed, "reading " + path);
  const auto json = Json::parse(text, nullptr, false);
  if (!json.is_object() || !json.contains("handles") || !json["handles"].is_array()) {
    return damaged;
  }
  Handles handles;
  for (const auto& entry : json["handles"]) {
    auto handle = read_handle(entry);
    if (!handle || handles.size() == HandleStore::kMaxKept) return damaged;
    handles.push_back(std::move(*handle));
  }
  return handles;
}

bool is_damage(const Error& error) {
  return error.is(Errc::malformed) || error.is(Errc::unsupported) || error.is(Errc::too_large);
}

}  // namespace

Result<Handles> HandleStore::load() const {
  const auto text = read_small_file(path_, kMaxFile);
  if (!text && text.error().is(Errc::not_found)) return Handles{};
  auto handles = text ? read_handles(*text, path_) : tl::make_unexpected(text.error());
  if (handles || !is_damage(handles.error())) return handles;
  const auto aside = path_ + ".damaged";
  if (::rename(path_.c_str(), aside.c_str()) != 0) {
    return fail_errno(errno, "setting aside the damaged " + path_);
  }
  if (on_damage_) {
    on_damage_({handles.error().code, handles.error().doing + " (kept as " + aside + ")"});
  }
  return Handles{};
}

Result<void> HandleStore::keep(const KeyHandle& handle) const {
  if (!fits(handle)) return fail(Errc::refused, "keeping a key handle");
  auto handles = load();
  if (!handles) return fail(std::move(handles));
  std::erase_if(*handles, [&](const KeyHandle& other) { return other.key == handle.key; });
  handles->insert(handles->begin(), handle);
  if (handles->size() > kMaxKept) handles->resize(kMaxKept);
  return save(*handles);
}

Result<std::size_t> HandleStore::drop(const std::function<bool(const KeyHandle&)>& unwanted) const {
  auto handles = load();
  if (!handles) return fail(std::move(handles));
  const auto dropped = std::erase_if(*handles, unwanted);
  if (dropped == 0) return std::size_t{0};
  if (auto saved = save(*handles); !saved) return fail(std::move(saved));
  return static_cast<std::size_t>(dropped);
}

Result<void> HandleStore::save(const Handles& handles) const {
  Json json;
  json["handles"] = Json::array();
  for (const auto& handle : handles) json["handles"].push_back(write_handle(handle));
  return replace_small_file(path_, json.dump(2, ' ', true, Json::error_handler_t::replace) + "\n");
}

}  // namespace latchkey::monitor
