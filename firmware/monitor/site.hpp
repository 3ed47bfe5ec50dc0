// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "core/bytes.hpp"
#include "core/channel/messages.hpp"
#include "firmware/monitor/accounts.hpp"

namespace latchkey::monitor {

/// What a window has to know about the machine it opens on.
struct SiteFacts {
  std::vector<Account> accounts;       ///< may be enrolled, default first
  std::vector<std::string> key_types;  ///< policy's, less what sshd does not accept
  std::vector<Bytes> host_keys;        ///< sshd's public key blobs
  std::uint16_t ssh_port = 22;
  bool sshd_running = false;
  std::string device;
  std::string model;
};

/// The folders whose certificates verify trusts, *.pem each; either may be missing.
struct TrustFolders {
  std::string roots;          ///< what attestations may end at: the owner's choice
  std::string intermediates;  ///< what they may pass through
};

/// Where a key of this type for this account has to go, or why sshd would not take it.
struct Destination {
  channel::ResultCode code = channel::ResultCode::added;  ///< otherwise the refusal
  std::string text;                                       ///< of the refusal: a sentence
  std::vector<std::string> files;                         ///< absolute; the first is written
  bool strict_modes = true;
};

/// The machine around the daemon. Both calls run `sshd -T` and may block for as long as it takes.
class Site {
 public:
  virtual ~Site() = default;
  [[nodiscard]] virtual Result<SiteFacts> survey() = 0;
  /// `address`: the peer's, for sshd's Match Address blocks; empty: unknown.
  [[nodiscard]] virtual Result<Destination> destination(const Account& account,
                                                        const std::string& key_type,
                                                        const std::string& address) = 0;
  /// Starts and enables sshd (the raspi-config step). Called after a success where policy says so.
  [[nodiscard]] virtual Result<void> start_sshd() = 0;
};

}  // namespace latchkey::monitor
