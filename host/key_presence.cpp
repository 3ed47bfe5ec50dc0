// SPDX-License-Identifier: MIT
#include "host/key_presence.hpp"

#include <algorithm>
#include <memory>
#include <optional>

#include "core/ssh/openssh_key.hpp"
#include "host/text_file.hpp"

namespace latchkey::host {
namespace {

constexpr std::size_t kMaxKeyFile = 64UL * 1024;

using Opened = std::vector<std::unique_ptr<fido::SecurityKey>>;

bool is_asked_about(const LocalKey& key) {
  return key.on_security_key() && !key.in_agent && !key.file.empty();
}

/// nullopt: there is one that cannot be asked.
std::optional<Opened> open_all(const Context& context) {
  const auto plugged = context.security_keys.list();
  if (!plugged) return std::nullopt;
  Opened opened;
  for (const auto& one : *plugged) {
    auto key = context.security_keys.open(one, -1);
    if (!key) return std::nullopt;
    opened.push_back(std::move(*key));
  }
  return opened;
}

bool may_be_of(fido::SecurityKey& key, const ssh::SkPrivateKey& file) {
  const bool verifies = (file.flags & ssh::sk_flag::kUserVerification) != 0;
  if (verifies || key.info().always_verifies) return true;  // it may deny what it owns
  return key.owns(file.public_key.application(), file.key_handle, nullptr).value_or(true);
}

bool is_away(const LocalKey& key, const Opened& opened) {
  if (opened.empty()) return true;
  const auto bytes = read_file(key.file, kMaxKeyFile);
  const auto file = bytes ? ssh::read_sk_private_file(as_text(*bytes)) : fail(Errc::malformed);
  return file &&
         std::ranges::none_of(opened, [&](const auto& one) { return may_be_of(*one, *file); });
}

}  // namespace

void look_for_security_keys(std::vector<LocalKey>& keys, const std::string& provider,
                            const Context& context) {
  for (auto& key : keys) key.away = false;
  if (!provider.empty() || std::ranges::none_of(keys, is_asked_about)) return;
  const auto opened = open_all(context);
  if (!opened) return;
  for (auto& key : keys) key.away = is_asked_about(key) && is_away(key, *opened);
}

}  // namespace latchkey::host
