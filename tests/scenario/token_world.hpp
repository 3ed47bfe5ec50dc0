// SPDX-License-Identifier: MIT
#pragma once

#include <doctest/doctest.h>

#include <optional>
#include <string>

#include "firmware/keyfile/outcome.hpp"
#include "tests/scenario/monitor_world.hpp"

/// A Pi, a security key that is plugged into it, and perhaps a host that asked for it.
namespace latchkey::scenario {

inline constexpr auto kAdded = static_cast<std::uint8_t>(keyfile::Outcome::added);
inline constexpr auto kAlreadyThere = static_cast<std::uint8_t>(keyfile::Outcome::already_there);
inline constexpr auto kRemoved = static_cast<std::uint8_t>(keyfile::Outcome::removed);
inline constexpr auto kRefused = static_cast<std::uint8_t>(keyfile::Outcome::refused);
inline constexpr const char* kType = "sk-ssh-ed25519@openssh.com";

struct TokenWorld : MonitorWorld {
  using MonitorWorld::MonitorWorld;

  /// Nobody waits: up to a key that is made and waits for its verdict.
  void make_key() {
    tap();
    plug_in();
    token_says(roles::TouchWanted{});
    key_is_made();
  }
  /// The code is proved and a key asked for.
  void ask() {
    tap();
    prove_code();
    ask_for_key();
  }
  [[nodiscard]] std::optional<roles::TokenReport> reported() const {
    const auto* last = crew.last<roles::TokenReport>();
    return last == nullptr ? std::nullopt : std::optional(*last);
  }
  [[nodiscard]] bool last_news_is(channel::TokenNews news) const {
    return reported() && reported()->news == news;
  }
  /// In answer to the last question that net was told, or to another one.
  void type_pin(const std::string& pin, std::optional<std::uint32_t> question = {}) {
    roles::PinArrived typed;
    typed.question = question ? *question : reported() ? reported()->question : 0;
    (void)typed.pin.assign(as_bytes(pin));
    net_says(typed);
  }
  [[nodiscard]] std::size_t handles_kept() const { return handles->load().value().size(); }
  [[nodiscard]] channel::ResultCode answered() const {
    const auto* answer = crew.last<roles::AnswerPeer>();
    return answer == nullptr ? channel::ResultCode::internal : answer->code;
  }
  /// Whatever happens, the window comes to an end, and nobody is left behind.
  void check_end(const std::string& reason) {
    CHECK(last_ending() == reason);
    CHECK(phase() == pairing::Phase::idle);
    CHECK(crew.nobody_left());
    CHECK(monitor->status().security_key.view().empty());
  }
};

}  // namespace latchkey::scenario
