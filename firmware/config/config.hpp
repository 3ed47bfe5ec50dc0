// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/attest/policy.hpp"
#include "core/channel/hello.hpp"
#include "core/error.hpp"
#include "firmware/config/board_values.hpp"

/// /etc/latchkey/latchkey.toml. docs/reference/files.md describes every key.
namespace latchkey::config {

enum class CodeShape { normal, strict };
enum class Speed { slow, normal, fast };
enum class Confirm { none, press };
using Hardware = attest::HardwareRule;

inline constexpr std::size_t kMaxConfig = 65'536;

struct Policy {
  std::vector<std::string>
      key_types;  ///< SSH names; parse_config("") gives all that latchkey knows
  Hardware hardware = Hardware::any;
  bool user_verification = false;
  std::vector<attest::Aaguid> aaguid_allow;  ///< empty: all
  std::uint32_t max_validity_days = 0;       ///< "90d"; 0: none
  std::vector<std::string> accounts{"@first"};
  std::vector<std::string> ca_allow;  ///< SHA256:… fingerprints
  bool key_in_pi = true;
  friend bool operator==(const Policy&, const Policy&) = default;
};

struct Sshd {
  std::string program = "/usr/sbin/sshd";
  std::string config;  ///< empty: sshd's own default
  friend bool operator==(const Sshd&, const Sshd&) = default;
};

struct Config {
  std::string name;  ///< shown to the host; empty: the machine's host name
  std::uint16_t port = channel::kDefaultPort;  ///< 0: any free one
  CodeShape code = CodeShape::normal;
  Speed speed = Speed::normal;
  Confirm confirm = Confirm::none;
  bool enable_ssh = false;
  bool allow_volatile_home = false;  ///< write below tmpfs and overlayfs all the same
  Policy policy;
  BoardChoice board;
  Sshd sshd;
  friend bool operator==(const Config&, const Config&) = default;
};

/// Reads the text of a configuration file. Unknown keys, wrong types and values out of range are
/// refused, the message naming file, line and column: "latchkey.toml:7:1: unknown key `prot`…".
/// What is absent keeps its default; of several mistakes the first in the file is named. Errors:
/// Errc::malformed (not TOML, wrong type or value), Errc::unsupported (unknown key or name),
/// Errc::too_large (more than kMaxConfig).
[[nodiscard]] Result<Config> parse_config(std::string_view text, std::string_view file_name);

/// Reads the file at `path`, which must be a regular one. A missing file is Errc::not_found; else
/// the errors of parse_config() or the errno of what failed.
[[nodiscard]] Result<Config> load_config(const std::string& path);

}  // namespace latchkey::config
