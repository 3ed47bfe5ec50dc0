// SPDX-License-Identifier: MIT
#include "host/failure.hpp"

#include <algorithm>
#include <array>

namespace latchkey::host {
namespace {

constexpr auto kReasons = std::to_array<ReasonEntry>({
    {Reason::usage, "usage", ExitCode::usage},
    {Reason::needs_terminal, "needs-terminal", ExitCode::usage},
    {Reason::cancelled, "cancelled", ExitCode::cancelled},
    {Reason::no_such_file, "no-such-file", ExitCode::no_input},
    {Reason::bad_key_file, "bad-key-file", ExitCode::data},
    {Reason::no_key, "no-key", ExitCode::no_input},
    {Reason::no_handles, "no-handles", ExitCode::no_input},
    {Reason::key_exists, "key-exists", ExitCode::cannot_create},
    {Reason::cannot_sign, "cannot-sign", ExitCode::data},
    {Reason::agent_refused, "agent-refused", ExitCode::data},
    {Reason::unsupported, "unsupported", ExitCode::usage},
    {Reason::program_missing, "program-missing", ExitCode::os_file},
    {Reason::bad_ssh_config, "bad-ssh-config", ExitCode::configuration},
    {Reason::proxied, "proxied", ExitCode::configuration},
    {Reason::name_unknown, "name-unknown", ExitCode::no_host},
    {Reason::unreachable, "unreachable", ExitCode::unavailable},
    {Reason::port_closed, "port-closed", ExitCode::unavailable},
    {Reason::silent, "silent", ExitCode::unavailable},
    {Reason::not_latchkey, "not-latchkey", ExitCode::protocol},
    {Reason::version_mismatch, "version-mismatch", ExitCode::protocol},
    {Reason::connection_lost, "connection-lost", ExitCode::try_again},
    {Reason::busy, "busy", ExitCode::try_again},
    {Reason::overlap, "overlap", ExitCode::try_again},
    {Reason::key_in_pi, "key-in-pi", ExitCode::try_again},
    {Reason::code_misread, "code-misread", ExitCode::data},
    {Reason::code_wrong, "code-wrong", ExitCode::data},
    {Reason::too_many_codes, "too-many-codes", ExitCode::try_again},
    {Reason::window_closed, "window-closed", ExitCode::try_again},
    {Reason::pi_timed_out, "pi-timed-out", ExitCode::try_again},
    {Reason::not_confirmed, "not-confirmed", ExitCode::try_again},
    {Reason::account_not_allowed, "account-not-allowed", ExitCode::no_permission},
    {Reason::key_type_refused, "key-type-refused", ExitCode::no_permission},
    {Reason::key_refused, "key-refused", ExitCode::no_permission},
    {Reason::not_proved, "not-proved", ExitCode::no_permission},
    {Reason::not_attested, "not-attested", ExitCode::no_permission},
    {Reason::attestation_invalid, "attestation-invalid", ExitCode::no_permission},
    {Reason::model_not_allowed, "model-not-allowed", ExitCode::no_permission},
    {Reason::token_failed, "token-failed", ExitCode::try_again},
    {Reason::line_expired, "line-expired", ExitCode::no_permission},
    {Reason::sshd_would_refuse, "sshd-would-refuse", ExitCode::no_permission},
    {Reason::file_unsuitable, "file-unsuitable", ExitCode::no_permission},
    {Reason::not_persistent, "not-persistent", ExitCode::no_permission},
    {Reason::write_failed, "write-failed", ExitCode::try_again},
    {Reason::file_busy, "file-busy", ExitCode::try_again},
    {Reason::host_key_changed, "host-key-changed", ExitCode::configuration},
    {Reason::host_key_revoked, "host-key-revoked", ExitCode::configuration},
    {Reason::local_file, "local-file", ExitCode::cannot_create},
    {Reason::no_security_key, "no-security-key", ExitCode::no_input},
    {Reason::security_key_not_readable, "security-key-not-readable", ExitCode::no_permission},
    {Reason::security_key_busy, "security-key-busy", ExitCode::try_again},
    {Reason::security_key_removed, "security-key-removed", ExitCode::try_again},
    {Reason::not_touched, "not-touched", ExitCode::try_again},
    {Reason::declined, "declined", ExitCode::cancelled},
    {Reason::pin_required, "pin-required", ExitCode::no_permission},
    {Reason::pin_wrong, "pin-wrong", ExitCode::data},
    {Reason::pin_needs_replug, "pin-needs-replug", ExitCode::try_again},
    {Reason::pin_blocked, "pin-blocked", ExitCode::no_permission},
    {Reason::pin_not_set, "pin-not-set", ExitCode::configuration},
    {Reason::pin_refused, "pin-refused", ExitCode::data},
    {Reason::verification_failed, "verification-failed", ExitCode::data},
    {Reason::verification_blocked, "verification-blocked", ExitCode::no_permission},
    {Reason::security_key_full, "security-key-full", ExitCode::cannot_create},
    {Reason::resident_exists, "resident-exists", ExitCode::cannot_create},
    {Reason::not_its_key, "not-its-key", ExitCode::no_input},
    {Reason::no_such_algorithm, "no-such-algorithm", ExitCode::unavailable},
    {Reason::security_key_cannot, "security-key-cannot", ExitCode::unavailable},
    {Reason::security_key_nonsense, "security-key-nonsense", ExitCode::protocol},
    {Reason::security_key_failed, "security-key-failed", ExitCode::software},
    {Reason::agent_missing, "agent-missing", ExitCode::unavailable},
    {Reason::login_failed, "login-failed", ExitCode::login_failed},
    {Reason::pi_fault, "pi-fault", ExitCode::software},
    {Reason::internal, "internal", ExitCode::software},
});

const ReasonEntry& entry_of(Reason reason) noexcept {
  const auto* const found = std::ranges::find(kReasons, reason, &ReasonEntry::reason);
  return found == kReasons.end() ? kReasons.back() : *found;
}

}  // namespace

std::span<const ReasonEntry> all_reasons() noexcept { return kReasons; }
std::string_view name_of(Reason reason) noexcept { return entry_of(reason).name; }
ExitCode exit_code_of(Reason reason) noexcept { return entry_of(reason).exit; }

tl::unexpected<Failure> give_up(Reason reason, std::string what, std::string next) {
  return tl::make_unexpected(Failure{reason, std::move(what), std::move(next)});
}

}  // namespace latchkey::host
