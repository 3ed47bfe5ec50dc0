// SPDX-License-Identifier: MIT
#include "hal/fido/libfido2/errors.hpp"

#include <fido.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace latchkey::fido {
namespace {

struct Row {
  int error;
  Trouble trouble;
};

// CTAP 2.1 section 8.2. What a key says of a request that latchkey itself made badly, or of a
// feature that latchkey never asks for, is `failed`.
constexpr std::array kRows{
    Row{FIDO_ERR_INVALID_COMMAND, Trouble::not_supported},
    Row{FIDO_ERR_INVALID_PARAMETER, Trouble::failed},
    Row{FIDO_ERR_INVALID_LENGTH, Trouble::failed},
    Row{FIDO_ERR_INVALID_SEQ, Trouble::failed},
    Row{FIDO_ERR_TIMEOUT, Trouble::failed},
    Row{FIDO_ERR_CHANNEL_BUSY, Trouble::busy},
    Row{FIDO_ERR_LOCK_REQUIRED, Trouble::busy},
    Row{FIDO_ERR_INVALID_CHANNEL, Trouble::failed},
    Row{FIDO_ERR_CBOR_UNEXPECTED_TYPE, Trouble::failed},
    Row{FIDO_ERR_INVALID_CBOR, Trouble::failed},
    Row{FIDO_ERR_MISSING_PARAMETER, Trouble::failed},
    Row{FIDO_ERR_LIMIT_EXCEEDED, Trouble::not_supported},
    Row{FIDO_ERR_UNSUPPORTED_EXTENSION, Trouble::not_supported},
    Row{FIDO_ERR_FP_DATABASE_FULL, Trouble::failed},
    Row{FIDO_ERR_LARGEBLOB_STORAGE_FULL, Trouble::failed},
    Row{FIDO_ERR_CREDENTIAL_EXCLUDED, Trouble::already_there},
    Row{FIDO_ERR_PROCESSING, Trouble::failed},
    Row{FIDO_ERR_INVALID_CREDENTIAL, Trouble::not_its_handle},
    Row{FIDO_ERR_USER_ACTION_PENDING, Trouble::busy},
    Row{FIDO_ERR_OPERATION_PENDING, Trouble::busy},
    Row{FIDO_ERR_NO_OPERATIONS, Trouble::failed},
    Row{FIDO_ERR_UNSUPPORTED_ALGORITHM, Trouble::no_such_algorithm},
    Row{FIDO_ERR_OPERATION_DENIED, Trouble::declined},
    Row{FIDO_ERR_KEY_STORE_FULL, Trouble::store_full},
    Row{FIDO_ERR_NOT_BUSY, Trouble::failed},
    Row{FIDO_ERR_NO_OPERATION_PENDING, Trouble::failed},
    Row{FIDO_ERR_UNSUPPORTED_OPTION, Trouble::not_supported},
    Row{FIDO_ERR_INVALID_OPTION, Trouble::not_supported},
    Row{FIDO_ERR_KEEPALIVE_CANCEL, Trouble::cancelled},
    Row{FIDO_ERR_NO_CREDENTIALS, Trouble::not_its_handle},
    Row{FIDO_ERR_USER_ACTION_TIMEOUT, Trouble::timed_out},
    Row{FIDO_ERR_NOT_ALLOWED, Trouble::failed},
    Row{FIDO_ERR_PIN_INVALID, Trouble::pin_wrong},
    Row{FIDO_ERR_PIN_BLOCKED, Trouble::pin_blocked},
    // Of a token, not of a PIN: nothing that a person typed was wrong.
    Row{FIDO_ERR_PIN_AUTH_INVALID, Trouble::failed},
    Row{FIDO_ERR_PIN_AUTH_BLOCKED, Trouble::pin_needs_replug},
    Row{FIDO_ERR_PIN_NOT_SET, Trouble::pin_not_set},
    Row{FIDO_ERR_PIN_REQUIRED, Trouble::pin_required},
    Row{FIDO_ERR_PIN_POLICY_VIOLATION, Trouble::pin_refused},
    Row{FIDO_ERR_PIN_TOKEN_EXPIRED, Trouble::timed_out},
    Row{FIDO_ERR_REQUEST_TOO_LARGE, Trouble::not_supported},
    Row{FIDO_ERR_ACTION_TIMEOUT, Trouble::timed_out},
    Row{FIDO_ERR_UP_REQUIRED, Trouble::not_supported},
    Row{FIDO_ERR_UV_BLOCKED, Trouble::verification_blocked},
    Row{FIDO_ERR_UV_INVALID, Trouble::verification_failed},
    Row{FIDO_ERR_UNAUTHORIZED_PERM, Trouble::not_supported},
    Row{FIDO_ERR_ERR_OTHER, Trouble::failed},
    Row{FIDO_ERR_SPEC_LAST, Trouble::failed},
    // libfido2's own: what came back could not be read, or did not hold.
    Row{FIDO_ERR_TX, Trouble::failed},
    Row{FIDO_ERR_RX, Trouble::nonsense},
    Row{FIDO_ERR_RX_NOT_CBOR, Trouble::nonsense},
    Row{FIDO_ERR_RX_INVALID_CBOR, Trouble::nonsense},
    Row{FIDO_ERR_INVALID_PARAM, Trouble::nonsense},
    Row{FIDO_ERR_INVALID_SIG, Trouble::nonsense},
    Row{FIDO_ERR_INVALID_ARGUMENT, Trouble::failed},
    Row{FIDO_ERR_USER_PRESENCE_REQUIRED, Trouble::not_supported},
    Row{FIDO_ERR_INTERNAL, Trouble::failed},
    Row{FIDO_ERR_NOTFOUND, Trouble::failed},
    Row{FIDO_ERR_COMPRESS, Trouble::failed},
};

}  // namespace

Trouble trouble_of(int fido_error) noexcept {
  const auto row = std::find_if(kRows.begin(), kRows.end(),
                                [&](const Row& each) { return each.error == fido_error; });
  return row != kRows.end() ? row->trouble : Trouble::failed;
}

std::string word_for(int fido_error) {
  const std::string_view word = fido_strerr(fido_error);
  if (word.starts_with("FIDO_ERR_") && word != "FIDO_ERR_UNKNOWN") return std::string(word);
  return fido_error < 0 ? fmt::format("libfido2's error {}", fido_error)
                        : fmt::format("CTAP status 0x{:02x}", fido_error);
}

}  // namespace latchkey::fido
