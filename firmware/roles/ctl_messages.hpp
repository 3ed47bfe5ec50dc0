// SPDX-License-Identifier: MIT
#pragma once

#include <variant>

#include "core/channel/messages.hpp"
#include "firmware/roles/offer_fields.hpp"

/// What latchkeyctl and latchkeyd say to each other over the local socket: one request a
/// connection, packets as between roles (role_channel.hpp). The daemon answers only root and its
/// own user (SO_PEERCRED).
namespace latchkey::roles {

/// Where the daemon of a real board listens, and latchkeyctl looks for it.
inline constexpr const char* kControlSocket = "/run/latchkey/ctl.sock";

inline constexpr std::size_t kMaxLine = 8192;

struct StatusRequest {};
/// Opens a window, as a press would, and hears what becomes of it.
struct PairRequest {};
/// A public key line, on the administrator's word. Empty account: the default one.
struct AddRequest {
  AccountField account;
  FixedText<kMaxLine> line;
};
/// The handles of keys made at the Pi that no host has taken home.
struct ListHandles {};
/// Forgets the handle of this key, or, when it is empty, all of them. The keys stay authorised.
struct DropHandles {
  NameField fingerprint;
};
using ToDaemon = std::variant<StatusRequest, PairRequest, AddRequest, ListHandles, DropHandles>;

struct StatusReply {
  NameField phase;        ///< the window's: "idle", "open", …
  NameField led;          ///< the pattern that the LED shows
  NameField last_ending;  ///< why the last window closed; empty: there was none
  NameField device;
  NameField security_key;  ///< the one plugged into the Pi, while somebody watches; may be empty
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
/// One for each handle, the latest first; then HandlesReply.
struct HandleLine {
  AccountField account;
  NameField fingerprint;
  NameField key_type;
  CommentField comment;
  std::int64_t made = 0;   ///< seconds since 1970
  std::uint32_t size = 0;  ///< bytes of the handle
};
struct HandlesReply {
  std::uint32_t count = 0;  ///< that are kept now
  std::uint32_t dropped = 0;
};
/// Not now, or not you.
struct RequestRefused {
  TextField text;
};
using FromDaemon =
    std::variant<StatusReply, PairProgress, AddReply, RequestRefused, HandleLine, HandlesReply>;

}  // namespace latchkey::roles
