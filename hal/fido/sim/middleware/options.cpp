// SPDX-License-Identifier: MIT
#include "hal/fido/sim/middleware/options.hpp"

#include <algorithm>
#include <string_view>

namespace latchkey::fido::sim {

SkResult<Options> read_options(const SkOption* const* options, bool takes_user) {
  Options read;
  for (; options != nullptr && *options != nullptr; ++options) {
    const SkOption& option = **options;
    if (option.name == nullptr || option.value == nullptr) {
      return fail_sk(SkError::general, "an option without a name or value");
    }
    const std::string_view name = option.name;
    const std::string_view value = option.value;
    if (name == "device") {
      read.device = value;
    } else if (name == "user" && takes_user) {
      // OpenSSH keeps room for a zero at the end.
      if (value.size() >= read.user_id.size()) {
        return fail_sk(SkError::general, "a user has at most 31 bytes");
      }
      read.user_id.fill(0);
      std::copy(value.begin(), value.end(), read.user_id.begin());
    } else if (option.required != 0) {
      return fail_sk(SkError::general, "there is no option " + std::string(name));
    }
  }
  return read;
}

}  // namespace latchkey::fido::sim
