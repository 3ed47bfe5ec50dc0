// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "host/failure.hpp"

namespace latchkey::host {

/// What an enrolment came to, as far as it got; what `--json` prints.
struct EnrollReport {
  bool dry_run = false;
  std::string host;
  std::uint16_t pairing_port = 0;
  std::string device;
  std::string model;
  std::string account;
  std::string key_file;
  std::string key_type;
  std::string fingerprint;
  std::string result;                  ///< "added", "already-there", "taken-out"; "adopted"
  std::string proved;                  ///< by "attestation", "signature"
  std::string hardware;                ///< what the Pi found the security key to be
  std::string path;                    ///< the Pi's authorized_keys
  std::vector<std::string> host_keys;  ///< fingerprints
  std::string known_hosts;             ///< "already", "added", "replaced", "off"
  std::string login;                   ///< "ok", "failed", "skipped"
  std::string host_block;              ///< the alias that was added
  std::string command;                 ///< how to log in from now on
  std::uint64_t log_position = 0;
  std::string log_hash;  ///< hexadecimal
};

/// One JSON object on one line, with LF. The fields are those of the struct, empty ones left
/// out, and "ok"; a failure adds "error" (its name), "message", "next", "exit".
[[nodiscard]] std::string to_json(const EnrollReport& report);
[[nodiscard]] std::string to_json(const EnrollReport& report, const Failure& failure);
/// A failure where there is nothing else to report.
[[nodiscard]] std::string to_json(const Failure& failure);

/// Writes all of it, to a descriptor that need not be a terminal.
void write_out(int descriptor, const std::string& text);

}  // namespace latchkey::host
