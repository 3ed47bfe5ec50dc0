// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>

namespace latchkey::ctl {

/// Exit codes, in sysexits' ranges; docs/reference/exit-codes.md.
inline constexpr int kOk = 0;
inline constexpr int kRefused = 1;  ///< the daemon said no
inline constexpr int kUsage = 64;
inline constexpr int kBadInput = 65;
inline constexpr int kNoInput = 66;
inline constexpr int kSoftware = 70;     ///< a fault of latchkeyctl itself
inline constexpr int kUnavailable = 69;  ///< the daemon does not answer
inline constexpr int kConfiguration = 78;

/// Each runs one subcommand to its end and returns the exit code. Output on stdout, errors on
/// stderr; `json`: one JSON object instead of text.
[[nodiscard]] int run_status(const std::string& socket_path, bool json);
[[nodiscard]] int run_pair(const std::string& socket_path);
/// `file`: a public key file, or "-" for standard input. Empty user: the default account.
[[nodiscard]] int run_add(const std::string& socket_path, const std::string& user,
                          const std::string& file);

[[nodiscard]] int run_handles(const std::string& socket_path, bool json);
/// nullopt: all of them.
[[nodiscard]] int run_drop_handles(const std::string& socket_path,
                                   const std::optional<std::string>& fingerprint);

inline constexpr const char* kDefaultConfig = "/etc/latchkey/latchkey.toml";

/// What run_board() is to show, and where it looks. No daemon is asked.
struct BoardOrder {
  std::string name;    ///< a board as it is shipped; empty: this machine's, with its configuration
  std::string boards;  ///< folder
  std::string config;  ///< file
  bool config_required = false;
  bool list = false;  ///< the names of all boards instead
  bool json = false;
};
[[nodiscard]] int run_board(const BoardOrder& order);

}  // namespace latchkey::ctl
