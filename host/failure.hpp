// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "core/error.hpp"
#include "host/exit_codes.hpp"

/// The laptop's side: what is worth telling a person, and what to do about it.
namespace latchkey::host {

/// Why a command did not do what it was asked for. Scripts see the name (`--json`) and the
/// exit code, both from one table (failure.cpp); docs/reference/exit-codes.md lists them all.
enum class Reason : std::uint8_t {
  usage,
  needs_terminal,
  cancelled,
  no_such_file,
  bad_key_file,
  no_key,
  no_handles,
  key_exists,
  cannot_sign,
  agent_refused,
  unsupported,
  program_missing,
  bad_ssh_config,
  proxied,
  name_unknown,
  unreachable,
  port_closed,
  silent,
  not_latchkey,
  version_mismatch,
  connection_lost,
  busy,
  overlap,
  key_in_pi,
  code_misread,
  code_wrong,
  too_many_codes,
  window_closed,
  pi_timed_out,
  not_confirmed,
  account_not_allowed,
  key_type_refused,
  key_refused,
  not_proved,
  not_attested,
  attestation_invalid,
  model_not_allowed,
  token_failed,
  line_expired,
  sshd_would_refuse,
  file_unsuitable,
  not_persistent,
  write_failed,
  file_busy,
  host_key_changed,
  host_key_revoked,
  local_file,
  no_security_key,
  security_key_not_readable,
  security_key_busy,
  security_key_removed,
  not_touched,
  declined,
  pin_required,
  pin_wrong,
  pin_needs_replug,
  pin_blocked,
  pin_not_set,
  pin_refused,
  verification_failed,
  verification_blocked,
  security_key_full,
  resident_exists,
  not_its_key,
  no_such_algorithm,
  security_key_cannot,
  security_key_nonsense,
  security_key_failed,
  agent_missing,
  login_failed,
  pi_fault,
  internal,
};

struct ReasonEntry {
  Reason reason;
  std::string_view name;  ///< in `--json`: stable, lower case, with dashes
  ExitCode exit;
};
[[nodiscard]] std::span<const ReasonEntry> all_reasons() noexcept;
[[nodiscard]] std::string_view name_of(Reason reason) noexcept;
[[nodiscard]] ExitCode exit_code_of(Reason reason) noexcept;

/// What happened and why, in one sentence or two; then what to do next. Never holds a secret.
struct Failure {
  Reason reason = Reason::internal;
  std::string what;
  std::string next;    ///< may be empty
  int tries_left = 0;  ///< of Reason::code_wrong: codes that this window still has
};

/// What may end in something worth telling a person.
template <class T = void>
using Attempt = tl::expected<T, Failure>;

[[nodiscard]] tl::unexpected<Failure> give_up(Reason reason, std::string what,
                                              std::string next = {});
/// Hands the failure of another attempt on unchanged.
template <class T>
[[nodiscard]] tl::unexpected<Failure> give_up(tl::expected<T, Failure>&& attempt) {
  return tl::make_unexpected(std::move(attempt).error());
}

}  // namespace latchkey::host
