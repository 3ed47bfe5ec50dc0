// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

#include "hal/fido/sim/cbor/value.hpp"

namespace latchkey::fido::sim {

/// The command bytes of CTAP 2.1 section 6. Those of bio enrolment, large blobs and configuration
/// are not among them: no model has these.
enum class Command : std::uint8_t {
  make_credential = 0x01,
  get_assertion = 0x02,
  get_info = 0x04,
  client_pin = 0x06,
  reset = 0x07,
  get_next_assertion = 0x08,
  credential_management = 0x0A,
  selection = 0x0B,
  credential_management_preview = 0x41,
};

/// "makeCredential", "clientPIN getPinToken", …, as the history tells it; "command 0x55" for one
/// without a name.
[[nodiscard]] std::string command_name(Command command, const Value& parameters);

}  // namespace latchkey::fido::sim
