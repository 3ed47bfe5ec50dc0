// SPDX-License-Identifier: MIT
#include "host/sentences.hpp"

#include <fmt/format.h>

#include "host/printable.hpp"

namespace latchkey::host {
namespace {

using channel::RefusalReason;
using channel::ResultCode;

constexpr auto kPressAgain = "Press the Pi's button and run the same command again.";

}  // namespace

std::string listed(const std::vector<std::string>& names) {
  return names.empty() ? std::string("none") : printable(fmt::format("{}", fmt::join(names, ", ")));
}

Failure dial_failure(const Error& error, const std::string& host, std::uint16_t port) {
  if (error.is(Errc::not_found)) {
    return {Reason::name_unknown, fmt::format("The name {} has no address.", host),
            "See whether the Pi is on and in this network, or use its IP address."};
  }
  if (error.code == std::errc::connection_refused) {
    return {
        Reason::port_closed,
        fmt::format("{} is there, but port {} is closed: no pairing window is open.", host, port),
        "Is the window open? Press the Pi's button, see its LED pulse, then run the same "
        "command again within two minutes."};
  }
  if (error.is(Errc::timed_out)) {
    return {Reason::unreachable,
            fmt::format("{} does not answer on port {}: no reply within 10 seconds.", host, port),
            "See whether the Pi is on and in this network, and whether a firewall is between."};
  }
  return {Reason::unreachable, fmt::format("{} cannot be reached: {}.", host, error.code.message()),
          "See whether this computer and the Pi are in the same network."};
}

Failure silent_failure(const std::string& host, std::uint16_t port) {
  return {
      Reason::silent,
      fmt::format("{} took the connection on port {} but never answered the greeting.", host, port),
      "See whether latchkeyd is what listens there (on the Pi: latchkeyctl status), then press "
      "the button and try again."};
}

Failure refusal_failure(const channel::Refusal& refusal) {
  switch (refusal.reason) {
    case RefusalReason::version_mismatch:
      return {Reason::version_mismatch,
              "This latchkey and the Pi's latchkeyd have no protocol version in common.",
              "Upgrade the older of the two (latchkey --version, latchkeyctl --version)."};
    case RefusalReason::busy:
      return {Reason::busy, "The Pi is busy with another computer.",
              "Wait until its LED is off, then press the button and try again."};
    case RefusalReason::overlap:
      return {
          Reason::overlap,
          "Two computers tried to pair at the same time, or two security keys were plugged into "
          "the Pi, so it closed its window.",
          "Make sure that only one runs latchkey enroll and that at most one security key is in "
          "the Pi, then press the button and try again."};
    case RefusalReason::key_in_pi:
      return {Reason::key_in_pi,
              "A security key is plugged into the Pi: the Pi enrols that one, not this computer's "
              "key.",
              "If it is yours, touch it, and fetch it with latchkey adopt in the next window. "
              "Otherwise pull it out and run the same command again; press the button first if the "
              "LED is off."};
    case RefusalReason::wrong_code: {
      Failure failure{Reason::code_wrong, {}, {}, refusal.tries_left};
      failure.what =
          fmt::format("The code is wrong; {} left in this window.",
                      refusal.tries_left == 0   ? std::string("no code is")
                      : refusal.tries_left == 1 ? std::string("1 code is")
                                                : fmt::format("{} codes are", refusal.tries_left));
      failure.next = refusal.tries_left == 0
                         ? kPressAgain
                         : "Run the same command again: the LED then blinks a new code.";
      return failure;
    }
    case RefusalReason::too_many_codes:
      return {Reason::too_many_codes, "Too many wrong codes: the Pi has closed its window.",
              "Press the button and try again. After three failed windows the Pi locks pairing for "
              "ten minutes; its LED then blinks very briefly every three seconds."};
    case RefusalReason::timed_out:
      return {Reason::pi_timed_out, "The Pi gave up waiting: the time for this code is over.",
              kPressAgain};
    case RefusalReason::window_closed:
      return {Reason::window_closed,
              "The Pi's window has closed: the button was pressed again, or its time was over.",
              kPressAgain};
    case RefusalReason::malformed:
      return {Reason::not_latchkey, "The Pi did not understand this computer's greeting.",
              "Upgrade latchkey here and latchkey-pi there to the same version."};
    case RefusalReason::internal: break;
  }
  return {Reason::pi_fault, "The Pi ended the pairing because of a fault of its own.",
          "On the Pi, `latchkeyctl status` and `journalctl -u latchkeyd` say more."};
}

Failure session_failure(const Error& error, std::string_view step) {
  if (error.is(Errc::version_mismatch)) {
    return refusal_failure({RefusalReason::version_mismatch, 0});
  }
  if (error.is(Errc::timed_out)) {
    return {Reason::connection_lost, fmt::format("The Pi stopped answering while {}.", step),
            kPressAgain};
  }
  if (error.code.category() == std::system_category() || error.is(Errc::closed)) {
    return {Reason::connection_lost, fmt::format("The connection to the Pi ended while {}.", step),
            kPressAgain};
  }
  if (error.is(Errc::entropy) || error.is(Errc::crypto) || error.is(Errc::out_of_order)) {
    return {Reason::internal, fmt::format("A fault while {}: {}.", step, error.message()), {}};
  }
  if (error.is(Errc::unauthenticated)) {
    return {Reason::not_latchkey,
            fmt::format("While {}, the other side could not prove that it knows the code: it is "
                        "not the Pi whose LED you read, or somebody stands between.",
                        step),
            "Nothing was sent to it. Check the name or address, press the button, try again."};
  }
  return {Reason::not_latchkey,
          fmt::format("While {}, what answered did not speak latchkey's protocol ({}).", step,
                      error.message()),
          "Check the host name and the port; latchkeyd listens on 7822 unless configured "
          "otherwise."};
}

Failure outcome_failure(const channel::Outcome& outcome, const std::string& account) {
  // The Pi is authenticated here, so its own words count; filtered all the same.
  const auto words = one_line(outcome.text);
  const auto because = words.empty() ? std::string(".") : ": " + words;
  switch (outcome.code) {
    case ResultCode::expired_line:
      return {Reason::line_expired, "The key is there, but its line has expired" + because,
              "Take the expired line out of authorized_keys on the Pi, then enrol the key again."};
    case ResultCode::account_not_allowed:
      return {Reason::account_not_allowed,
              fmt::format("The Pi does not enrol keys for the account {}{}", account, because),
              "Name another account (user@host), or add it to `accounts` in the Pi's "
              "/etc/latchkey/latchkey.toml."};
    case ResultCode::key_type_not_allowed:
      return {Reason::key_type_refused, "The Pi's policy refuses keys of this type" + because,
              "Choose another key with --key FILE; `latchkey keys` lists them."};
    case ResultCode::key_too_weak:
    case ResultCode::key_invalid:
      return {Reason::key_refused, "The Pi refuses this key" + because,
              "Make a new one: latchkey keygen --software"};
    case ResultCode::not_proved:
    case ResultCode::no_user_presence:
    case ResultCode::no_user_verification:
      return {Reason::not_proved, "The Pi does not accept the proof of this key" + because,
              "Try again, or choose another key with --key FILE."};
    case ResultCode::not_attested:
      return {Reason::not_attested,
              "The Pi takes keys in hardware alone, and nothing proves that this one is" + because,
              "Use a security key whose maker the Pi trusts: latchkey enroll --new; or have its "
              "root added on the Pi, in /etc/latchkey/roots.d."};
    case ResultCode::attestation_invalid:
      return {Reason::attestation_invalid,
              "What the security key says about itself does not hold" + because,
              "Make a new key, over the Pi's own challenge: latchkey enroll --new. If that fails "
              "as well, do not trust this security key."};
    case ResultCode::model_not_allowed:
      return {Reason::model_not_allowed,
              "The security key is genuine, but the Pi's policy does not list its model" + because,
              "Use a model that it lists, or add this one to `aaguid_allow` in the Pi's "
              "/etc/latchkey/latchkey.toml."};
    case ResultCode::token_failed:
      return {Reason::token_failed, "The security key in the Pi could not do it" + because,
              "Press the Pi's button and try again, with another security key if need be."};
    case ResultCode::sshd_would_refuse:
      return {Reason::sshd_would_refuse,
              "Nothing was written, because the Pi's sshd would not accept it" + because,
              "Mend what it names on the Pi, then try again."};
    case ResultCode::file_unsuitable:
      return {Reason::file_unsuitable,
              "Nothing was written: the Pi's authorized_keys is not a file to write to" + because,
              "Mend what it names on the Pi, then try again."};
    case ResultCode::not_persistent:
      return {Reason::not_persistent,
              "Nothing was written: the home on the Pi would not survive a reboot" + because,
              "Turn the overlay file system off (raspi-config), then try again."};
    case ResultCode::write_failed:
      return {Reason::write_failed,
              "The Pi could not write authorized_keys, which is as it was" + because,
              "Look at the Pi's disk (df -h), then try again."};
    case ResultCode::busy:
      return {Reason::file_busy, "Another program on the Pi is writing authorized_keys" + because,
              kPressAgain};
    case ResultCode::window_closed:
      return {Reason::window_closed, "The Pi's window closed on the way" + because, kPressAgain};
    case ResultCode::not_confirmed:
      return {Reason::not_confirmed,
              "The confirming press of the button did not come, so nothing was written" + because,
              kPressAgain};
    case ResultCode::bad_request:
      return {Reason::internal, "The Pi does not accept this offer" + because,
              "Upgrade latchkey here and latchkey-pi there to the same version."};
    default: break;
  }
  return {Reason::pi_fault, "The Pi could not do it" + because,
          "On the Pi, `latchkeyctl status` and `journalctl -u latchkeyd` say more."};
}

}  // namespace latchkey::host
