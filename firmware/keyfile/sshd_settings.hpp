// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/keyfile/outcome.hpp"
#include "hal/process/runner.hpp"

namespace latchkey::keyfile {

/// Which login is asked about: all of it decides which Match blocks apply. With the user alone,
/// sshd skips Match Address blocks silently.
struct SshdLogin {
  std::string user;
  std::string host;           ///< the client's name, or its address
  std::string address;        ///< the client's, numeric
  std::string local_address;  ///< the Pi's, numeric
  std::uint16_t local_port = 22;
};

/// How to reach sshd.
struct SshdProgram {
  std::vector<std::string> command = {"/usr/sbin/sshd"};
  std::string config;    ///< a configuration file of its own, or empty
  std::string host_key;  ///< a private key file; empty: sshd's own, and where sshd cannot read
                         ///< those (it is not root), a new one that is thrown away
};

/// The account, from passwd and group.
struct SshdAccount {
  std::string name;
  std::uint32_t user = 0;
  std::string home;
  std::vector<std::string> groups;  ///< names, the primary one included
};

/// Files that hold an account's keys, as sshd resolves them: absolute.
struct KeyFilePaths {
  std::string path;                 ///< the first that lies below the home: to be written
  std::vector<std::string> others;  ///< the others below the home, at most kMaxOthers
  static constexpr std::size_t kMaxOthers = 3;
};

/// What sshd would do with a login, in its own words: what `sshd -T` prints.
class SshdSettings final {
 public:
  /// Reads the lines of `sshd -T`. Unknown ones are passed over. Errc::malformed for a
  /// number that is none, Errc::truncated where the settings needed here are missing,
  /// Errc::too_large above 256 KiB.
  [[nodiscard]] static Result<SshdSettings> parse(std::string_view dump);

  /// Runs `sshd -T -C …`; blocks until it ends. Errc::malformed for a login that cannot be asked
  /// about (a comma or white space in a name), Errc::outside with sshd's words when it fails.
  [[nodiscard]] static Result<SshdSettings> ask(process::Runner& runner, const SshdProgram& program,
                                                const SshdLogin& login);

  /// Whether a key of this type ("ssh-ed25519") may log in. "ssh-rsa" may when any of RSA's
  /// signature algorithms is accepted.
  [[nodiscard]] bool accepts(std::string_view key_type) const;
  /// The smallest RSA key, in bits.
  [[nodiscard]] unsigned rsa_bits() const noexcept { return rsa_bits_; }

  /// AuthorizedKeysFile with %h, %u, %U and %% replaced. Reason::path_refused for `none`, for
  /// patterns, and where no file lies below the home (a path shared by accounts).
  [[nodiscard]] Step<KeyFilePaths> key_files(const SshdAccount& account) const;

  /// Why a key of this account could not log in whatever file it is in: PubkeyAuthentication,
  /// AuthenticationMethods, PermitRootLogin, Allow/DenyUsers, Allow/DenyGroups. Patterns with a
  /// host part count as possible. Nothing when nothing speaks against it.
  [[nodiscard]] std::optional<std::string> excludes(const SshdAccount& account) const;

  [[nodiscard]] bool strict_modes() const noexcept { return strict_modes_; }
  [[nodiscard]] const std::vector<std::uint16_t>& ports() const noexcept { return ports_; }
  /// Private key paths; the public ones end in .pub.
  [[nodiscard]] const std::vector<std::string>& host_keys() const noexcept { return host_keys_; }

 private:
  [[nodiscard]] Result<void> take(std::string_view name, std::string_view value);

  std::vector<std::string> key_file_patterns_;
  std::vector<std::string> algorithms_;
  std::vector<std::string> methods_;
  std::vector<std::string> allow_users_;
  std::vector<std::string> deny_users_;
  std::vector<std::string> allow_groups_;
  std::vector<std::string> deny_groups_;
  std::vector<std::string> host_keys_;
  std::vector<std::uint16_t> ports_;
  std::string root_login_;
  unsigned rsa_bits_ = 1024;
  bool strict_modes_ = true;
  bool public_keys_ = true;
};

}  // namespace latchkey::keyfile
