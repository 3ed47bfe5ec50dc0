// SPDX-License-Identifier: MIT
#pragma once

#include <variant>

#include "core/channel/messages.hpp"
#include "firmware/roles/offer_fields.hpp"

/// What latchkeyctl and latchkeyd say to each other over the local socket: one request a
/// connection, packets as between roles (role_channel.hpp). The daemon answers only root and its
/// own user (SO_PEERCRED).
namespace latchkey::roles {

inline constexpr std::size_t kMaxLine = 8192;

struct StatusRequest {};
/// Opens a window, as a press would, and hears what becomes of it.
struct PairRequest {};
/// A public key line, on the administrator's word. Empty account: the default one.
struct AddRequest {
  AccountField account;
  FixedText<kMaxLine> line;
};
using ToDaemon = std::variant<StatusRequest, PairRequest, AddRequest>;

struct StatusReply {
  NameField phase;        ///< the window's: "idle", "open", …
  NameField led;          ///< the pattern that the LED shows
  NameField last_ending;  ///< why the last window closed; empty: there was none
  NameField device;
  AccountField account;    ///< the default one; empty: none may be enrolled
  std::uint16_t port = 0;  ///< listened on now; 0: nothing listens
  std::uint8_t failed_windows = 0;
  std::uint32_t seconds_left = 0;  ///< of the phase; 0: no limit
  std::uint64_t log_position = 0;
};
/// Sent at each change of the window that `pair` opened; the last has finished = 1.
struct PairProgress {
  NameField phase;
  FixedText<10> digits;  ///< the code, while one is shown
  std::uint16_t port = 0;
  std::uint8_t finished = 0;
  std::uint8_t enrolled = 0;
  TextField text;
};
struct AddReply {
  channel::ResultCode code = channel::ResultCode::internal;
  TextField text;
  NameField fingerprint;
  PathField path;
};
/// Not now, or not you.
struct RequestRefused {
  TextField text;
};
using FromDaemon = std::variant<StatusReply, PairProgress, AddReply, RequestRefused>;

}  // namespace latchkey::roles
