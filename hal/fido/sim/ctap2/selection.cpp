// SPDX-License-Identifier: MIT
// CTAP 2.1 section 6.9, authenticatorSelection.
#include "hal/fido/sim/ctap2/commands.hpp"

namespace latchkey::fido::sim {

Outcome selection(Environment& env) {
  if (!env.model.fido_2_1) return answer(Status::invalid_command);
  return Wait{{}, [](Reply reply, Instant) {
                return answer(reply == Reply::yes ? Status::ok : Status::operation_denied);
              }};
}

}  // namespace latchkey::fido::sim
