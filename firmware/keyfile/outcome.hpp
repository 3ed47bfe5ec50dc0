// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <tl/expected.hpp>

#include "core/error.hpp"

namespace latchkey::keyfile {

/// How an order to the writer ended.
enum class Outcome : std::uint8_t {
  refused,        ///< nothing was changed; see Reason
  added,          ///< the line is there, on the disk, and sshd would read it
  already_there,  ///< the key was there without options, or with the very line asked for
  already_there_with_options,  ///< the key was there with options of its own; left as they are
  expired_line_there,          ///< the key was there, and its expiry-time is over; left so
  removed,                     ///< the line is gone
  not_there,                   ///< there was no such line to remove
};

/// Why an order was refused.
enum class Reason : std::uint8_t {
  none,
  bad_request,        ///< a key, an option or a path that no line can be made of
  path_refused,       ///< the file is not below the home: shared by accounts, or not a file
  home_missing,       ///< no home directory (not mounted?)
  sshd_would_refuse,  ///< StrictModes; the text has the words sshd would log
  not_persistent,     ///< tmpfs or overlayfs: it would not survive a reboot
  file_unsuitable,    ///< symbolic or hard link, FIFO, directory, another's, too large
  busy,               ///< another program holds the lock or has the file open for writing
  changed_meanwhile,  ///< somebody moved the files about while they were being written
  no_space,           ///< ENOSPC, EDQUOT
  read_only,          ///< EROFS
  no_permission,      ///< EACCES, EPERM
  failed,             ///< any other error of the system
};

/// A reason and one sentence for a person.
struct Refusal {
  Reason reason = Reason::failed;
  std::string text;
};

/// What each step of the writer returns.
template <class T = void>
using Step = tl::expected<T, Refusal>;

[[nodiscard]] tl::unexpected<Refusal> refuse(Reason reason, std::string text);
/// A system error: its errno picks the reason, `what` names the file.
[[nodiscard]] tl::unexpected<Refusal> refuse(const Error& error, const std::string& what);

struct Answer {
  Outcome outcome = Outcome::refused;
  Reason reason = Reason::none;
  std::string text;  ///< one sentence
  std::string path;  ///< the file it is about
};

}  // namespace latchkey::keyfile
