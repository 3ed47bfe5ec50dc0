// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>

namespace latchkey::host {

/// What every command that pairs with a Pi is told.
struct PairingOptions {
  std::string target;       ///< [user@]host[:port]
  std::string code;         ///< a file, or "-"; empty: asked for
  std::string config_file;  ///< ssh's -F
  bool json = false;
  bool yes = false;
  bool verify = true;
  bool host_block = true;
  bool replace_host_key = false;
};

/// latchkey enroll
struct EnrollOptions : PairingOptions {
  std::string key;      ///< a file; empty: chosen
  std::string expires;  ///< a date or a span; empty: never
  std::string from;     ///< pattern list; empty: anywhere
  bool restricted = false;
  bool dry_run = false;

  // Where the key is to come from; none of them: from what is there.
  bool make_new = false;  ///< made on a security key here
  bool on_pi = false;     ///< made on a security key in the Pi
  bool existing = false;  ///< with on_pi: the resident one that is there
  bool software = false;  ///< in a file

  // What a new one on a security key is like, as for keygen.
  std::string type;         ///< "ed25519", "ecdsa"; empty: as the security key can
  std::string application;  ///< empty: "ssh:"
  std::string user;
  std::string device;  ///< the security key's path
  bool resident = false;
  bool verify_required = false;
};

/// latchkey keygen
struct KeygenOptions {
  std::string file;  ///< empty: ~/.ssh/id_ed25519_sk, id_ecdsa_sk, with --software id_ed25519
  std::string comment;
  std::string type;         ///< "ed25519", "ecdsa"; empty: as the security key can
  std::string application;  ///< empty: "ssh:"
  std::string user;
  std::string device;                      ///< the security key's path
  std::string challenge;                   ///< a file; empty: random
  std::optional<std::string> attestation;  ///< to be kept; its file, empty: beside the key
  bool software = false;
  bool resident = false;
  bool verify_required = false;
  bool touch_required = true;
  bool overwrite = false;
  bool passphrase = false;     ///< --passphrase: asks for one even for a key on a security key
  bool no_passphrase = false;  ///< --no-passphrase: asks for none even for a key in a file
  bool json = false;
};

/// latchkey keys
struct KeysOptions {
  bool resident = false;        ///< those on a security key, too
  std::string delete_resident;  ///< the fingerprint of one to delete
  std::string device;
  bool yes = false;
  bool json = false;
};

/// latchkey adopt. The target is empty with `resident`.
struct AdoptOptions : PairingOptions {
  std::string device;     ///< the security key's path
  bool resident = false;  ///< from the security key itself, without a Pi
};

/// latchkey agent add
struct AgentOptions {
  std::string key;  ///< a file
  bool json = false;
};

}  // namespace latchkey::host
