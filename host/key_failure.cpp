// SPDX-License-Identifier: MIT
#include "host/key_failure.hpp"

namespace latchkey::host {

Reason reason_of(fido::Trouble trouble) noexcept {
  using fido::Trouble;
  switch (trouble) {
    case Trouble::no_key: return Reason::no_security_key;
    case Trouble::not_readable: return Reason::security_key_not_readable;
    case Trouble::busy: return Reason::security_key_busy;
    case Trouble::removed: return Reason::security_key_removed;
    case Trouble::timed_out: return Reason::not_touched;
    case Trouble::declined: return Reason::declined;
    case Trouble::cancelled: return Reason::cancelled;
    case Trouble::pin_required: return Reason::pin_required;
    case Trouble::pin_wrong: return Reason::pin_wrong;
    case Trouble::pin_needs_replug: return Reason::pin_needs_replug;
    case Trouble::pin_blocked: return Reason::pin_blocked;
    case Trouble::pin_not_set: return Reason::pin_not_set;
    case Trouble::pin_refused: return Reason::pin_refused;
    case Trouble::verification_failed: return Reason::verification_failed;
    case Trouble::verification_blocked: return Reason::verification_blocked;
    case Trouble::store_full: return Reason::security_key_full;
    case Trouble::already_there: return Reason::resident_exists;
    case Trouble::not_its_handle: return Reason::not_its_key;
    case Trouble::no_such_algorithm: return Reason::no_such_algorithm;
    case Trouble::not_supported: return Reason::security_key_cannot;
    case Trouble::nonsense: return Reason::security_key_nonsense;
    case Trouble::failed: return Reason::security_key_failed;
  }
  return Reason::security_key_failed;
}

Failure key_failure(const fido::Problem& problem) {
  return {reason_of(problem.trouble), fido::what_happened(problem), fido::what_to_do(problem)};
}

}  // namespace latchkey::host
