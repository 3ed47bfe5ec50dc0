// SPDX-License-Identifier: MIT
// CTAP 2.1 section 6.3, authenticatorGetNextAssertion.
#include "hal/fido/sim/ctap2/assertion.hpp"
#include "hal/fido/sim/ctap2/commands.hpp"

namespace latchkey::fido::sim {
namespace {

constexpr Millis kPatience{30'000};  ///< from one assertion to the next

}  // namespace

Outcome get_next_assertion(Environment& env, Instant now) {
  auto& assertions = env.session.assertions;
  const bool late = assertions && now - assertions->since >= kPatience;
  const bool done = assertions && assertions->next >= assertions->credential_ids.size();
  if (!assertions || late || done) {
    assertions.reset();
    return answer(Status::not_allowed);
  }
  assertions->since = now;
  return answer_assertion(env, *assertions);
}

}  // namespace latchkey::fido::sim
