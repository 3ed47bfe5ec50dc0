// SPDX-License-Identifier: MIT
#include "firmware/net/window_facts.hpp"

#include "core/text.hpp"

namespace latchkey::net {

Result<WindowFacts> WindowFacts::from(const roles::ServeWindow& window) {
  if (window.account_count > window.accounts.size() ||
      window.key_type_count > window.key_types.size() ||
      window.host_key_count > window.host_keys.size()) {
    return fail(Errc::malformed, "reading what this window serves");
  }
  WindowFacts facts;
  facts.hello.groups = window.groups;
  facts.hello.nonce = window.nonce;
  facts.hello.name = make_printable(window.device.view(), roles::kMaxName);

  auto& welcome = facts.welcome;
  welcome.challenge = window.challenge;
  for (std::size_t i = 0; i < window.account_count; ++i) {
    welcome.accounts.push_back(window.accounts[i].str());
  }
  for (std::size_t i = 0; i < window.key_type_count; ++i) {
    welcome.key_types.push_back(window.key_types[i].str());
  }
  for (std::size_t i = 0; i < window.host_key_count; ++i) {
    welcome.host_keys.push_back(window.host_keys[i].bytes());
  }
  welcome.hardware = window.hardware;
  welcome.user_verification = window.user_verification != 0;
  welcome.confirm_press = window.confirm_press != 0;
  welcome.max_validity_days = window.max_validity_days;
  welcome.ssh_port = window.ssh_port;
  welcome.sshd_running = window.sshd_running != 0;
  welcome.device = facts.hello.name;
  welcome.model = make_printable(window.model.view(), roles::kMaxName);
  return facts;
}

}  // namespace latchkey::net
