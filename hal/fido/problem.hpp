// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

/// What can go wrong with a security key, told apart as far as a person can do something about it.
namespace latchkey::fido {

/// Declined, cancelled, timed out and failed stay four things.
enum class Trouble : std::uint8_t {
  no_key,                ///< none is plugged in
  not_readable,          ///< it is there, and this user may not open it
  busy,                  ///< another program is talking to it
  removed,               ///< pulled out in the middle
  timed_out,             ///< not touched in time
  declined,              ///< the person said no on the key
  cancelled,             ///< taken back from our side (Ctrl-C, the window ended)
  pin_required,          ///< it wants its PIN, and none was given
  pin_wrong,             ///< tries_left says how many remain
  pin_needs_replug,      ///< three wrong in a row: no more until it is plugged in again
  pin_blocked,           ///< no tries left: only a reset helps, which loses its credentials
  pin_not_set,           ///< it has none yet, and what was asked for needs one
  pin_refused,           ///< too short, expired, or against the key's own rules
  verification_failed,   ///< the fingerprint does not match
  verification_blocked,  ///< too many fingerprints that do not match: the PIN unblocks it
  store_full,            ///< no room for another resident credential
  already_there,         ///< a resident credential of this application and user exists
  not_its_handle,        ///< a credential of another key, or a deleted one
  no_such_algorithm,     ///< it cannot make a key of this kind
  not_supported,         ///< it cannot do this at all (no resident keys, no PIN, U2F only)
  nonsense,              ///< its answers do not follow CTAP
  failed,                ///< any other fault, of the key, libfido2 or this computer
};
inline constexpr std::size_t kTroubleCount = 22;
[[nodiscard]] std::string_view name(Trouble trouble) noexcept;  ///< stable, lower case, dashes

struct Problem {
  Trouble trouble = Trouble::failed;
  std::string doing;              ///< "making a credential"; may be empty
  std::string detail;             ///< the library's or the system's own word for it; may be empty
  std::string device;             ///< its node, where that matters (not_readable, busy)
  std::optional<int> tries_left;  ///< PIN tries, where the key said so
};

/// One sentence each, printable, without a secret: what happened and why; what to do next.
[[nodiscard]] std::string what_happened(const Problem& problem);
[[nodiscard]] std::string what_to_do(const Problem& problem);

/// What may end in trouble with a security key.
template <class T = void>
using Attempt = tl::expected<T, Problem>;

[[nodiscard]] tl::unexpected<Problem> give_up(Trouble trouble, std::string doing,
                                              std::string detail = {});
/// Hands the problem of another attempt on unchanged.
template <class T>
[[nodiscard]] tl::unexpected<Problem> give_up(tl::expected<T, Problem>&& attempt) {
  return tl::make_unexpected(std::move(attempt).error());
}

}  // namespace latchkey::fido
