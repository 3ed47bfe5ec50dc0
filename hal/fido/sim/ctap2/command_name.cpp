// SPDX-License-Identifier: MIT
#include "hal/fido/sim/ctap2/command_name.hpp"

#include <span>
#include <string_view>

namespace latchkey::fido::sim {
namespace {

/// Sub-commands by number, from 1; an empty name: there is none.
constexpr std::string_view kClientPin[] = {
    "getPINRetries",
    "getKeyAgreement",
    "setPIN",
    "changePIN",
    "getPinToken",
    "getPinUvAuthTokenUsingUvWithPermissions",
    "getUVRetries",
    "",
    "getPinUvAuthTokenUsingPinWithPermissions",
};
constexpr std::string_view kCredentialManagement[] = {
    "getCredsMetadata",
    "enumerateRPsBegin",
    "enumerateRPsGetNextRP",
    "enumerateCredentialsBegin",
    "enumerateCredentialsGetNextCredential",
    "deleteCredential",
    "updateUserInformation",
};

std::string with_subcommand(std::string_view command, std::span<const std::string_view> names,
                            const Value* subcommand) {
  const auto number = subcommand == nullptr ? 0 : subcommand->number().value_or(0);
  const bool known = number >= 1 && number <= static_cast<std::int64_t>(names.size()) &&
                     !names[static_cast<std::size_t>(number - 1)].empty();
  std::string name(command);
  if (!known) return name;
  return name + ' ' + std::string(names[static_cast<std::size_t>(number - 1)]);
}

}  // namespace

std::string command_name(Command command, const Value& parameters) {
  switch (command) {
    case Command::make_credential: return "makeCredential";
    case Command::get_assertion: return "getAssertion";
    case Command::get_info: return "getInfo";
    case Command::reset: return "reset";
    case Command::get_next_assertion: return "getNextAssertion";
    case Command::selection: return "selection";
    case Command::client_pin: return with_subcommand("clientPIN", kClientPin, parameters.find(2));
    case Command::credential_management:
    case Command::credential_management_preview:
      return with_subcommand("credentialManagement", kCredentialManagement, parameters.find(1));
  }
  return "command 0x" + to_hex(Bytes{static_cast<std::uint8_t>(command)});
}

}  // namespace latchkey::fido::sim
