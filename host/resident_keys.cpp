// SPDX-License-Identifier: MIT
#include "host/resident_keys.hpp"

#include <string_view>
#include <utility>

#include "host/key_failure.hpp"
#include "host/pin_prompt.hpp"
#include "host/sk_key_maker.hpp"

namespace latchkey::host {
namespace {

constexpr std::size_t kMaxPart = 64;  // of a file's name

std::string for_a_name(std::string_view text) {
  constexpr std::string_view kAlso = "-_.@+";
  std::string name;
  for (const char c : text.substr(0, kMaxPart)) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    name += plain || kAlso.find(c) != std::string_view::npos ? c : '_';
  }
  return name;
}

}  // namespace

Attempt<ResidentKeys> read_resident_keys(fido::SecurityKey& key, const Context& context) {
  const auto& info = key.info();
  const auto cannot = [&](fido::Trouble trouble) {
    return tl::make_unexpected(
        key_failure({trouble, "reading its resident keys", {}, key.plugged().path, {}}));
  };
  if (!info.ctap2 || !info.resident_keys || !info.manages_credentials) {
    return cannot(fido::Trouble::not_supported);
  }
  if (info.pin == fido::PinState::not_set) return cannot(fido::Trouble::pin_not_set);
  PinPrompt prompt(context.terminal, key);
  for (;;) {
    auto pin = prompt.ask();
    if (!pin) return give_up(std::move(pin));
    auto found = key.residents(*pin);
    if (found) return ResidentKeys{std::move(*pin), std::move(*found)};
    if (!prompt.again(found.error())) return tl::make_unexpected(key_failure(found.error()));
  }
}

std::string resident_file_name(const fido::ResidentKey& resident) {
  std::string_view application = resident.key.application();
  for (const std::string_view scheme : {"ssh://", "ssh:"}) {
    if (!application.starts_with(scheme)) continue;
    application.remove_prefix(scheme.size());
    break;
  }
  auto name = default_name(algorithm_of(resident.key)) + "_rk";
  for (const auto part : {application, std::string_view(resident.user)}) {
    if (!part.empty()) name += "_" + for_a_name(part);
  }
  return name;
}

std::string describe(const fido::ResidentKey& resident) {
  auto text = resident.key.application();
  if (!resident.user.empty()) text += ", user " + resident.user;
  if (resident.verify) text += ", PIN or finger at each use";
  return text;
}

}  // namespace latchkey::host
