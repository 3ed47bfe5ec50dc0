// SPDX-License-Identifier: MIT
#include "hal/fido/sim/ctaphid/assembly.hpp"

#include <algorithm>

namespace latchkey::fido::sim {

Assembly::Assembly(const Packet& initial, Instant now)
    : channel_(initial.channel),
      command_(initial.command),
      length_(initial.length),
      deadline_(now + kTransactionTimeout) {
  append(initial.data);
}

bool Assembly::add(const Packet& continuation, Instant now) {
  if (continuation.sequence != next_sequence_) return false;
  ++next_sequence_;
  deadline_ = now + kTransactionTimeout;
  append(continuation.data);
  return true;
}

void Assembly::append(ByteView data) {
  const auto part = data.first(std::min(data.size(), length_ - payload_.size()));
  payload_.insert(payload_.end(), part.begin(), part.end());
}

}  // namespace latchkey::fido::sim
