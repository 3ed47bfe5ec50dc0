// SPDX-License-Identifier: MIT
#include "hal/fido/sim/device/status.hpp"

#include <doctest/doctest.h>
#include <fido/err.h>

#include <array>
#include <utility>

using latchkey::fido::sim::Status;

namespace {

// The specification's numbers, as the authors of libfido2 have read them.
constexpr std::array<std::pair<Status, int>, 33> kKnownToLibfido2{{
    {Status::ok, FIDO_OK},
    {Status::invalid_command, FIDO_ERR_INVALID_COMMAND},
    {Status::invalid_parameter, FIDO_ERR_INVALID_PARAMETER},
    {Status::invalid_length, FIDO_ERR_INVALID_LENGTH},
    {Status::cbor_unexpected_type, FIDO_ERR_CBOR_UNEXPECTED_TYPE},
    {Status::invalid_cbor, FIDO_ERR_INVALID_CBOR},
    {Status::missing_parameter, FIDO_ERR_MISSING_PARAMETER},
    {Status::limit_exceeded, FIDO_ERR_LIMIT_EXCEEDED},
    {Status::credential_excluded, FIDO_ERR_CREDENTIAL_EXCLUDED},
    {Status::invalid_credential, FIDO_ERR_INVALID_CREDENTIAL},
    {Status::unsupported_algorithm, FIDO_ERR_UNSUPPORTED_ALGORITHM},
    {Status::operation_denied, FIDO_ERR_OPERATION_DENIED},
    {Status::key_store_full, FIDO_ERR_KEY_STORE_FULL},
    {Status::unsupported_option, FIDO_ERR_UNSUPPORTED_OPTION},
    {Status::invalid_option, FIDO_ERR_INVALID_OPTION},
    {Status::keepalive_cancel, FIDO_ERR_KEEPALIVE_CANCEL},
    {Status::no_credentials, FIDO_ERR_NO_CREDENTIALS},
    {Status::user_action_timeout, FIDO_ERR_USER_ACTION_TIMEOUT},
    {Status::not_allowed, FIDO_ERR_NOT_ALLOWED},
    {Status::pin_invalid, FIDO_ERR_PIN_INVALID},
    {Status::pin_blocked, FIDO_ERR_PIN_BLOCKED},
    {Status::pin_auth_invalid, FIDO_ERR_PIN_AUTH_INVALID},
    {Status::pin_auth_blocked, FIDO_ERR_PIN_AUTH_BLOCKED},
    {Status::pin_not_set, FIDO_ERR_PIN_NOT_SET},
    {Status::puat_required, FIDO_ERR_PIN_REQUIRED},
    {Status::pin_policy_violation, FIDO_ERR_PIN_POLICY_VIOLATION},
    {Status::request_too_large, FIDO_ERR_REQUEST_TOO_LARGE},
    {Status::action_timeout, FIDO_ERR_ACTION_TIMEOUT},
    {Status::up_required, FIDO_ERR_UP_REQUIRED},
    {Status::uv_blocked, FIDO_ERR_UV_BLOCKED},
    {Status::uv_invalid, FIDO_ERR_UV_INVALID},
    {Status::unauthorized_permission, FIDO_ERR_UNAUTHORIZED_PERM},
    {Status::other, FIDO_ERR_ERR_OTHER},
}};

}  // namespace

TEST_CASE("status codes are the numbers that libfido2 has for them") {
  for (const auto& [status, number] : kKnownToLibfido2) CHECK(static_cast<int>(status) == number);
}
