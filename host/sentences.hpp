// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/channel/messages.hpp"
#include "core/channel/refusal.hpp"
#include "host/failure.hpp"
#include "host/target.hpp"

/// What the Pi, or the way to it, has to say, in words for a person: one sentence for each case.
namespace latchkey::host {

/// The connection did not come about (net::Dialer's errors).
[[nodiscard]] Failure dial_failure(const Error& error, const std::string& host, std::uint16_t port);
/// It did, and no greeting came back.
[[nodiscard]] Failure silent_failure(const std::string& host, std::uint16_t port);
/// The Pi ended the conversation and said why.
[[nodiscard]] Failure refusal_failure(const channel::Refusal& refusal);
/// The session found a fault in what the other side said, or the connection ended. `step`: a
/// clause, "waiting for the result".
[[nodiscard]] Failure session_failure(const Error& error, std::string_view step);
/// The Pi's answer to an offer, where it is no success.
[[nodiscard]] Failure outcome_failure(const channel::Outcome& outcome, const std::string& account);
/// What the Pi named, for the middle of a sentence: "a, b", or "none".
[[nodiscard]] std::string listed(const std::vector<std::string>& names);

}  // namespace latchkey::host
