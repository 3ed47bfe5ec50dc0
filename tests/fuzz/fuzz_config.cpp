// SPDX-License-Identifier: MIT
// Any bytes as a configuration file: an answer, never a crash; and what is accepted keeps its
// bounds.
#include <cstdint>
#include <cstdlib>

#include "core/bytes.hpp"
#include "firmware/config/config.hpp"
#include "firmware/config/values.hpp"

using namespace latchkey;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto config = config::parse_config(as_text(ByteView(data, size)), "fuzz.toml");
  if (!config) {
    const auto message = config.error().message();
    if (message.size() > 1024 || message.compare(0, 9, "fuzz.toml") != 0) std::abort();
    for (const char c : message) {
      if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) std::abort();
    }
    return 0;
  }
  const auto& policy = config->policy;
  if (policy.accounts.empty() || policy.accounts.size() > 8) std::abort();
  if (policy.key_types.empty() || policy.max_validity_days > 36'500) std::abort();
  for (const auto& account : policy.accounts) {
    if (!config::is_account(account)) std::abort();
  }
  if (!config::is_device_name(config->name)) std::abort();
  if (!config::is_absolute_path(config->sshd.program)) std::abort();
  return 0;
}
