// SPDX-License-Identifier: MIT
#include "host/login_log.hpp"

#include "core/ssh/text_lines.hpp"
#include "host/printable.hpp"

namespace latchkey::host {
namespace {

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

std::string_view fingerprint_in(std::string_view line) {
  const auto start = line.rfind("SHA256:");
  if (start == std::string_view::npos) return {};
  const auto rest = line.substr(start);
  return rest.substr(0, rest.find(' '));
}

struct Seen {
  bool authenticated = false;
  bool by_certificate = false;
  bool offered = false;
  bool agent_refused = false;
  bool wrong_passphrase = false;
  bool type_refused = false;
  bool host_key_differs = false;
  bool refused = false;
  bool unreachable = false;
};

void take_in(Seen& seen, std::string& accepted, std::string_view line,
             std::string_view fingerprint) {
  constexpr std::string_view kAccepts = "debug1: Server accepts key: ";
  constexpr std::string_view kOffers = "debug1: Offering public key: ";
  if (line.starts_with(kAccepts)) {
    accepted = fingerprint_in(line);
    // A certificate has the fingerprint of its key, but another line in authorized_keys.
    seen.by_certificate = contains(line, "-CERT SHA256:");
  } else if (line.starts_with(kOffers)) {
    seen.offered = seen.offered || fingerprint_in(line) == fingerprint;
  } else if (line.starts_with("debug1: Authenticated to ") ||
             line.starts_with("Authenticated to ")) {
    seen.authenticated = contains(line, "using \"publickey\"");
  } else if (line.starts_with("debug1: send_pubkey_test: no mutual signature algorithm") ||
             contains(line, "no mutual signature supported")) {
    seen.type_refused = true;
  } else if (line.starts_with("debug1: ")) {
    return;
  } else if (contains(line, "signing failed") || contains(line, "agent refused operation")) {
    seen.agent_refused = true;
  } else if (contains(line, "incorrect passphrase")) {
    seen.wrong_passphrase = true;
  } else if (contains(line, "Host key verification failed") ||
             contains(line, "REMOTE HOST IDENTIFICATION HAS CHANGED")) {
    seen.host_key_differs = true;
  } else if (contains(line, "Connection refused")) {
    seen.refused = true;
  } else if (contains(line, "timed out") || contains(line, "No route to host") ||
             contains(line, "unreachable") || contains(line, "Could not resolve")) {
    seen.unreachable = true;
  }
}

LoginLog::Ending ending_of(const Seen& seen, std::string_view accepted,
                           std::string_view fingerprint) {
  using Ending = LoginLog::Ending;
  const bool ours = accepted == fingerprint && !seen.by_certificate;
  if (seen.authenticated) return ours ? Ending::ours : Ending::another_key;
  if (seen.host_key_differs) return Ending::host_key_differs;
  if (seen.refused) return Ending::connection_refused;
  if (seen.unreachable) return Ending::no_connection;
  if (seen.wrong_passphrase) return Ending::wrong_passphrase;
  if (ours) return Ending::cannot_sign;
  if (seen.agent_refused) return Ending::cannot_sign;
  if (seen.type_refused) return Ending::type_refused;
  if (seen.offered) return Ending::key_refused;
  return Ending::key_not_offered;
}

}  // namespace

LoginLog LoginLog::read(std::string_view log, std::string_view fingerprint) {
  LoginLog result;
  Seen seen;
  bool began = false;
  for (auto line : ssh::split_lines(log)) {
    while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) continue;
    began = began || line.starts_with("debug1: Connection established");
    if (!line.starts_with("debug1: ")) result.last_words = one_line(line);
    take_in(seen, result.accepted, line, fingerprint);
  }
  result.ending = ending_of(seen, result.accepted, fingerprint);
  if (!began && result.ending == Ending::key_not_offered) result.ending = Ending::unclear;
  return result;
}

}  // namespace latchkey::host
