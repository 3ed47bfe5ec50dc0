// SPDX-License-Identifier: MIT
// Any text as the state of a simulated key: a short complaint, or a state that comes back from its
// own JSON as it was.
#include <cstdint>
#include <cstdlib>

#include "hal/fido/sim/device/state.hpp"

using namespace latchkey;
using namespace latchkey::fido::sim;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto state = from_json(as_text(ByteView(data, size)));
  if (!state) {
    const auto message = state.error().message();
    if (message.size() > 256) std::abort();
    for (const char c : message) {
      if (c < ' ' || c > '~') std::abort();
    }
    return 0;
  }
  if (state->pin_tries > kPinTries || state->pin_hash.has_value() != (state->pin_code_points > 0)) {
    std::abort();
  }
  const auto text = to_json(*state);
  const auto again = from_json(text);
  if (!again || to_json(*again) != text) std::abort();
  return 0;
}
