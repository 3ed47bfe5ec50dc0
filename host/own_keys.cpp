// SPDX-License-Identifier: MIT
#include "host/own_keys.hpp"

#include "host/ssh_config.hpp"

namespace latchkey::host {

Attempt<OwnKeys> OwnKeys::find(const Context& context) {
  const auto config = SshConfig::of({{}, "latchkey.invalid", 0}, {}, context.home, context.runner);
  if (!config && config.error().reason != Reason::proxied) {
    return tl::make_unexpected(config.error());
  }
  OwnKeys own;
  own.agent = config ? config->agent : agent_socket("", context.home);
  if (config) own.security_key_provider = config->security_key_provider;
  own.local =
      LocalKeys::find(context.home, config ? config->identity_files : std::vector<std::string>{},
                      own.agent, context.runner);
  return own;
}

}  // namespace latchkey::host
