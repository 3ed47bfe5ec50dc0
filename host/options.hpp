// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace latchkey::host {

/// latchkey enroll
struct EnrollOptions {
  std::string target;       ///< [user@]host[:port]
  std::string key;          ///< a file; empty: chosen
  std::string code;         ///< a file, or "-"; empty: asked for
  std::string expires;      ///< a date or a span; empty: never
  std::string from;         ///< pattern list; empty: anywhere
  std::string config_file;  ///< ssh's -F
  bool restricted = false;
  bool json = false;
  bool yes = false;
  bool verify = true;
  bool host_block = true;
  bool replace_host_key = false;
  bool dry_run = false;
};

/// latchkey keygen
struct KeygenOptions {
  std::string file;  ///< empty: ~/.ssh/id_ed25519
  std::string comment;
  bool software = false;
  bool passphrase = true;
  bool json = false;
};

/// latchkey keys
struct KeysOptions {
  bool json = false;
};

}  // namespace latchkey::host
