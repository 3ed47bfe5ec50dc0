// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <system_error>
#include <tl/expected.hpp>
#include <type_traits>

namespace latchkey {

/// What can go wrong, for the whole project: the one error category. System errors keep
/// their errno in std::system_category(). Compare by code, never by text.
enum class Errc {
  malformed = 1,     ///< the bytes do not follow their format
  truncated,         ///< the bytes end too early
  trailing_bytes,    ///< well formed, but followed by more
  too_large,         ///< beyond a stated bound
  unsupported,       ///< well formed, of a kind that is not handled
  refused,           ///< policy or state says no
  unauthenticated,   ///< a proof, a MAC or a signature does not hold
  declined,          ///< a person said no
  cancelled,         ///< a person or a program took it back
  timed_out,         ///< the deadline passed
  closed,            ///< the other side ended the conversation
  not_found,         ///< what was asked for is not there
  already_exists,    ///< what was to be made is there
  out_of_order,      ///< legal, but not now
  version_mismatch,  ///< no protocol version in common
  entropy,           ///< the system gave no randomness
  crypto,            ///< a cryptographic library failed
  outside,           ///< another program failed
};

const std::error_category& latchkey_category() noexcept;
std::error_code make_error_code(Errc code) noexcept;

/// An error as a value: what went wrong and what was being done. Never holds a secret.
struct Error {
  std::error_code code;
  std::string doing;  ///< "reading /etc/latchkey/latchkey.toml"; may be empty

  /// "reading …: permission denied"
  [[nodiscard]] std::string message() const;
  [[nodiscard]] bool is(Errc other) const noexcept { return code == make_error_code(other); }
};

template <class T = void>
using Result = tl::expected<T, Error>;

/// return fail(Errc::malformed, "reading the key type");
[[nodiscard]] tl::unexpected<Error> fail(Errc code, std::string doing = {});
/// The same for errno after a failed system call.
[[nodiscard]] tl::unexpected<Error> fail_errno(int error_number, std::string doing = {});
/// Hands an error of another Result on unchanged.
template <class T>
[[nodiscard]] tl::unexpected<Error> fail(tl::expected<T, Error>&& result) {
  return tl::make_unexpected(std::move(result).error());
}

}  // namespace latchkey

template <>
struct std::is_error_code_enum<latchkey::Errc> : std::true_type {};
