// SPDX-License-Identifier: MIT
#include "firmware/monitor/enrolment.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <grp.h>
#include <pwd.h>
#include <algorithm>
#include <ctime>
#include <string_view>
#include <utility>
#include <vector>

#include "firmware/keyfile/outcome.hpp"
#include "firmware/monitor/hardware.hpp"

namespace latchkey::monitor {
namespace {

using channel::ResultCode;

bool contains(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool is_primary_group_of_another(gid_t group, const std::string& user) {
  bool found = false;
  ::setpwent();
  while (const passwd* entry = ::getpwent()) {
    found = found || (entry->pw_gid == group && user != entry->pw_name);
  }
  ::endpwent();
  return found;
}

/// The account's group when nobody but the user is in it: sshd (Debian's) lets it write.
std::uint32_t private_group(const Account& account) {
  constexpr std::size_t kMaxEntry = std::size_t{64} * 1024;
  std::vector<char> buffer(kMaxEntry);
  group entry{};
  group* found = nullptr;
  if (::getgrgid_r(account.gid, &entry, buffer.data(), buffer.size(), &found) != 0 ||
      found == nullptr || entry.gr_name != account.name) {
    return roles::kNoGroup;
  }
  for (char** member = entry.gr_mem; *member != nullptr; ++member) {
    if (account.name != *member) return roles::kNoGroup;
  }
  if (is_primary_group_of_another(account.gid, account.name)) return roles::kNoGroup;
  return account.gid;
}

std::int32_t utc_offset(WallTime now) {
  const auto since_epoch = now.time_since_epoch().count();
  // Where time_t has 32 bits, the system's clock ends with it.
  if (!std::in_range<std::time_t>(since_epoch)) return 0;
  const auto seconds = static_cast<std::time_t>(since_epoch);
  ::tzset();  // localtime_r need not see that the time zone was changed
  std::tm local{};
  if (::localtime_r(&seconds, &local) == nullptr) return 0;
  return static_cast<std::int32_t>(local.tm_gmtoff);
}

ResultCode refusal_code(keyfile::Reason reason) {
  switch (reason) {
    case keyfile::Reason::bad_request: return ResultCode::bad_request;
    case keyfile::Reason::path_refused:
    case keyfile::Reason::home_missing:
    case keyfile::Reason::sshd_would_refuse: return ResultCode::sshd_would_refuse;
    case keyfile::Reason::not_persistent: return ResultCode::not_persistent;
    case keyfile::Reason::file_unsuitable: return ResultCode::file_unsuitable;
    case keyfile::Reason::busy: return ResultCode::busy;
    case keyfile::Reason::none:
    case keyfile::Reason::changed_meanwhile:
    case keyfile::Reason::no_space:
    case keyfile::Reason::read_only:
    case keyfile::Reason::no_permission:
    case keyfile::Reason::failed: return ResultCode::write_failed;
  }
  return ResultCode::internal;
}

/// The proof, once nothing else is wrong: that there is one, and whom it shows.
Verdict judge_proof(const config::Policy& policy, const roles::KeyVerdict& key) {
  switch (key.proved_by) {
    case roles::ProvedBy::signature: break;
    case roles::ProvedBy::attestation:
      if (key.grade == attest::Grade::hardware) break;
      return {ResultCode::internal, "latchkey-verify gave no clear answer."};
    default:
      return {ResultCode::not_proved,
              fmt::format("The offer does not prove that you own this key ({}, and no signature is "
                          "there); run `latchkey enroll` again and touch the key when it asks.",
                          why_signature(key)),
              true};
  }
  if (policy.user_verification && is_security_key(key.key_type.view()) && key.user_verified == 0) {
    return {ResultCode::no_user_verification,
            "This Pi's policy asks for a PIN or a fingerprint: make the key with "
            "`latchkey keygen --verify-required`."};
  }
  return {};
}

/// As many of `items` as the message has room for.
template <class Fields, class Items, class Assign>
void fill(Fields& fields, std::uint8_t& count, const Items& items, Assign assign) {
  for (const auto& item : items) {
    if (count < fields.size() && assign(fields[count], item)) ++count;
  }
}

}  // namespace

const Account* account_for(const SiteFacts& facts, std::string_view name) {
  if (name.empty()) return facts.accounts.empty() ? nullptr : &facts.accounts.front();
  const auto found = std::find_if(facts.accounts.begin(), facts.accounts.end(),
                                  [&](const Account& account) { return account.name == name; });
  return found == facts.accounts.end() ? nullptr : &*found;
}

Verdict account_refused(const SiteFacts& facts, std::string_view name) {
  if (facts.accounts.empty()) {
    return {ResultCode::account_not_allowed,
            "No account may be enrolled on this Pi: see `accounts` in its latchkey.toml."};
  }
  std::vector<std::string> names;
  for (const auto& account : facts.accounts) names.push_back(account.name);
  return {ResultCode::account_not_allowed,
          fmt::format("The account {} may not be enrolled on this Pi; it allows: {}.",
                      name.empty() ? "asked for" : name, fmt::join(names, ", "))};
}

Verdict judge(const config::Policy& policy, const SiteFacts& facts, const roles::KeyVerdict& key,
              bool proved) {
  if (key.code != ResultCode::added) {
    const Verdict refused{key.code, key.text.str()};
    // The other successes are not verify's to say: they would pass policy by.
    return refused.ok() ? Verdict{ResultCode::internal, "latchkey-verify gave no clear answer."}
                        : refused;
  }
  const auto type = key.key_type.view();
  if (!contains(policy.key_types, type)) {
    return {ResultCode::key_type_not_allowed,
            fmt::format("This Pi's policy does not allow {} keys; it allows: {}.", type,
                        fmt::join(policy.key_types, ", "))};
  }
  if (!contains(facts.key_types, type)) {
    return {ResultCode::key_type_not_allowed,
            fmt::format("The Pi's sshd does not accept {} keys (PubkeyAcceptedAlgorithms).", type)};
  }
  if (auto refused = refuse_hardware(policy, key, !proved)) {
    return {refused->code, std::move(refused->text)};
  }
  return proved ? judge_proof(policy, key) : Verdict{};
}

channel::Limits limit(const config::Policy& policy, const channel::Limits& asked, WallTime now) {
  auto limits = asked;
  if (policy.max_validity_days > 0) {
    const WallTime latest = now + std::chrono::days(policy.max_validity_days);
    limits.expires = limits.expires ? std::min(*limits.expires, latest) : latest;
  }
  return limits;
}

Result<roles::AddLine> order_for(const config::Config& config, const Account& account,
                                 const Destination& destination, const roles::KeyVerdict& key,
                                 const channel::Limits& limits, WallTime now) {
  roles::AddLine order;
  auto& target = order.target;
  target.user = account.uid;
  target.group = account.gid;
  target.private_group = private_group(account);
  target.strict_modes = destination.strict_modes ? 1 : 0;
  target.allow_volatile = config.allow_volatile_home ? 1 : 0;
  bool fits = !destination.files.empty() && target.home.assign(account.home) &&
              target.path.assign(destination.files.front());
  for (std::size_t i = 1; i < destination.files.size() && i <= roles::kMaxOtherFiles; ++i) {
    fits = fits && target.others[target.other_count++].assign(destination.files[i]);
  }
  auto& line = order.line;
  line.key = key.key;
  line.comment = key.comment;
  fits = fits && line.limits.assign(limits);
  line.now = now.time_since_epoch().count();
  line.utc_offset = utc_offset(now);
  // So that sshd asks for at every login what the policy asks for now.
  const bool verified = config.policy.user_verification && is_security_key(key.key_type.view());
  line.verify_required = verified ? 1 : 0;
  if (!fits) return fail(Errc::too_large, "ordering the line to be written");
  return order;
}

Result<roles::ServeWindow> describe_window(const config::Config& config, const SiteFacts& facts,
                                           std::size_t groups, crypto::Random& random) {
  roles::ServeWindow window;
  if (auto filled = random.fill(window.nonce); !filled) return fail(std::move(filled));
  if (auto filled = random.fill(window.challenge); !filled) return fail(std::move(filled));
  window.groups = static_cast<std::uint8_t>(groups);
  window.hardware = config.policy.hardware;
  window.user_verification = config.policy.user_verification ? 1 : 0;
  window.confirm_press = config.confirm == config::Confirm::press ? 1 : 0;
  window.sshd_running = facts.sshd_running ? 1 : 0;
  window.ssh_port = facts.ssh_port;
  window.max_validity_days = config.policy.max_validity_days;
  window.device.assign_cut(facts.device);
  window.model.assign_cut(facts.model);
  fill(window.accounts, window.account_count, facts.accounts,
       [](auto& field, const Account& account) { return field.assign(account.name); });
  fill(window.key_types, window.key_type_count, facts.key_types,
       [](auto& field, const std::string& type) { return field.assign(type); });
  fill(window.host_keys, window.host_key_count, facts.host_keys,
       [](auto& field, const Bytes& key) { return field.assign(key); });
  return window;
}

Verdict hear(pairing::Answer answer, const Verdict& known) {
  switch (answer) {
    case pairing::Answer::as_verified:
    case pairing::Answer::as_written:
    case pairing::Answer::as_removed: return known;
    case pairing::Answer::kept:
      return {ResultCode::kept, "The line was there before this enrolment, so it stays."};
    case pairing::Answer::not_confirmed:
      return {ResultCode::not_confirmed,
              "Nobody pressed the button a second time; nothing was written."};
    case pairing::Answer::write_stalled:
      return {ResultCode::write_failed, "The writer did not come to an end and was stopped."};
    case pairing::Answer::timed_out:
      return {ResultCode::window_closed, "A step took too long; the window is closed."};
    case pairing::Answer::overlap:
      return {ResultCode::window_closed,
              "Two security keys were plugged into the Pi at once; nothing was written."};
    case pairing::Answer::window_closed:
      return {ResultCode::window_closed, "The window was closed before the key was written."};
    case pairing::Answer::internal:
      return {ResultCode::internal, "A fault on the Pi: see latchkeyd's journal there."};
  }
  return {ResultCode::internal, {}};
}

std::string event_name(ResultCode code) {
  switch (code) {
    case ResultCode::added: return "enrolled";
    case ResultCode::already_there: return "already-there";
    case ResultCode::taken_out: return "taken-out";
    case ResultCode::kept: return "kept";
    default: return "refused";
  }
}

Verdict written(const Result<roles::KeyfileAnswer>& answer) {
  if (!answer) {
    return {ResultCode::write_failed, answer.error().is(Errc::timed_out)
                                          ? "The writer did not come to an end and was stopped."
                                          : "The writer failed: " + answer.error().message() + "."};
  }
  const auto text = answer->text.str();
  switch (static_cast<keyfile::Outcome>(answer->outcome)) {
    case keyfile::Outcome::added: return {ResultCode::added, text};
    case keyfile::Outcome::already_there:
    case keyfile::Outcome::already_there_with_options: return {ResultCode::already_there, text};
    case keyfile::Outcome::expired_line_there: return {ResultCode::expired_line, text};
    case keyfile::Outcome::removed:
    case keyfile::Outcome::not_there: return {ResultCode::taken_out, text};
    case keyfile::Outcome::refused: break;
  }
  return {refusal_code(static_cast<keyfile::Reason>(answer->reason)), text};
}

}  // namespace latchkey::monitor
