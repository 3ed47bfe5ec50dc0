// SPDX-License-Identifier: MIT
// Any bytes as a message: refused, or a message that can be written and read again.
#include <cstdlib>

#include "core/channel/messages.hpp"

using namespace latchkey;
using namespace latchkey::channel;

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto message = decode({data, size});
  if (!message) return 0;
  const auto written = encode(*message);
  // What was left out can only be unknown fields, so the new form is no longer than the old one.
  if (!written || written->size() > size) std::abort();
  const auto again = decode(*written);
  if (!again || again->index() != message->index()) std::abort();
  if (encode(*again).value() != *written) std::abort();
  return 0;
}
