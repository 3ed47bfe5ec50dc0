// SPDX-License-Identifier: MIT
#pragma once

namespace latchkey::host {

/// What `latchkey` ends with: the ranges of sysexits(3). docs/reference/exit-codes.md.
enum class ExitCode : int {
  ok = 0,
  login_failed = 1,    ///< written, but the login with the new key failed
  usage = 64,          ///< EX_USAGE: the command line
  data = 65,           ///< EX_DATAERR: a key or a code that is not one
  no_input = 66,       ///< EX_NOINPUT: a file or a key that is not there
  no_host = 68,        ///< EX_NOHOST: the name has no address
  unavailable = 69,    ///< EX_UNAVAILABLE: nobody there who pairs, or a security key that cannot
  software = 70,       ///< EX_SOFTWARE: a fault of latchkey, here or on the Pi
  os_file = 72,        ///< EX_OSFILE: a program that latchkey needs is missing
  cannot_create = 73,  ///< EX_CANTCREAT: a file of this computer could not be written
  try_again = 75,      ///< EX_TEMPFAIL: a new window and a new try may do it
  protocol = 76,       ///< EX_PROTOCOL: the other side does not speak as it should
  no_permission = 77,  ///< EX_NOPERM: the Pi's policy, its sshd or a security key says no
  configuration = 78,  ///< EX_CONFIG: ssh's configuration, known_hosts, a key without PIN
  cancelled = 130,     ///< by a person, as Ctrl-C would
};

}  // namespace latchkey::host
