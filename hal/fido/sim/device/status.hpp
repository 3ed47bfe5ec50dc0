// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace latchkey::fido::sim {

/// The first byte of every CTAP2 answer (CTAP 2.1 section 8.2, "Status codes").
enum class Status : std::uint8_t {
  ok = 0x00,
  invalid_command = 0x01,
  invalid_parameter = 0x02,
  invalid_length = 0x03,
  cbor_unexpected_type = 0x11,
  invalid_cbor = 0x12,
  missing_parameter = 0x14,
  limit_exceeded = 0x15,
  credential_excluded = 0x19,
  invalid_credential = 0x22,
  unsupported_algorithm = 0x26,
  operation_denied = 0x27,
  key_store_full = 0x28,
  unsupported_option = 0x2B,
  invalid_option = 0x2C,
  keepalive_cancel = 0x2D,
  no_credentials = 0x2E,
  user_action_timeout = 0x2F,
  not_allowed = 0x30,
  pin_invalid = 0x31,
  pin_blocked = 0x32,
  pin_auth_invalid = 0x33,
  pin_auth_blocked = 0x34,
  pin_not_set = 0x35,
  puat_required = 0x36,
  pin_policy_violation = 0x37,
  request_too_large = 0x39,
  action_timeout = 0x3A,
  up_required = 0x3B,
  uv_blocked = 0x3C,
  integrity_failure = 0x3D,
  invalid_subcommand = 0x3E,
  uv_invalid = 0x3F,
  unauthorized_permission = 0x40,
  other = 0x7F,
};

}  // namespace latchkey::fido::sim
