// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "host/context.hpp"
#include "host/destination.hpp"
#include "host/known_hosts_file.hpp"
#include "host/login_check.hpp"
#include "host/options.hpp"
#include "host/pi_connection.hpp"
#include "host/report.hpp"

/// What happens on this computer around the written key: the Pi's host keys into known_hosts, a
/// login for real, the verdict, a Host block.
namespace latchkey::host {

/// The Pi's host keys, and whether they may take an old one's place.
struct HostKeys {
  KnownHostsFile file;
  std::vector<ssh::PublicKey> keys;
  bool replace = false;
};

/// Reads the keys in `welcome` and compares them with known_hosts. A different old key is shown
/// and, on a terminal, asked about: --yes does not answer that, --replace-host-key does. Done
/// before the offer, so that a no leaves both sides as they were. Reason::host_key_changed,
/// host_key_revoked, pi_fault (no host key that can be read).
[[nodiscard]] Attempt<HostKeys> settle_host_keys(const Context& context,
                                                 const PairingOptions& options,
                                                 const Destination& destination,
                                                 const channel::Welcome& welcome);

/// Writes them. What cannot be pinned is said, and the login then tells what it means.
[[nodiscard]] Attempt<> pin_host_keys(const Context& context, const HostKeys& host_keys,
                                      EnrollReport& report);

/// Takes the line out of the Pi again, through the open session, and says in `failure` how that
/// went. A line that was there before stays.
[[nodiscard]] Failure take_out(const Context& context, PiConnection& pi, EnrollReport& report,
                               Failure failure);

/// Logs in and tells the Pi. A failed login is asked about on a terminal; where nobody can
/// answer, and with --yes, the key is taken out again. A line that was there before stays.
[[nodiscard]] Attempt<> judge(const Context& context, const PairingOptions& options,
                              const Login& login, PiConnection& pi, EnrollReport& report);

/// Offers a Host block where there is none for this Pi; --yes adds it, --no-host-block and a pipe
/// leave it. Failing to write it is a warning: the key works.
void offer_host_block(const Context& context, const PairingOptions& options,
                      const Destination& destination, const Login& login, EnrollReport& report);

/// What to type from now on.
[[nodiscard]] std::string ssh_line(const Login& login);

}  // namespace latchkey::host
