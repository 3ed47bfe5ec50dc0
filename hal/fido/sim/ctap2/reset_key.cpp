// SPDX-License-Identifier: MIT
// CTAP 2.1 section 6.6, authenticatorReset.
#include "hal/fido/sim/ctap2/commands.hpp"
#include "hal/fido/sim/ctap2/pin_uv_auth.hpp"

namespace latchkey::fido::sim {
namespace {

/// The session starts anew as well, except that the key stays plugged in since when it was.
Status forget_everything(Environment& env) {
  if (!reset(env.state, env.random)) return Status::other;
  return power_up(env.session, env.random, env.session.plugged_at) ? Status::ok : Status::other;
}

}  // namespace

Outcome reset_key(Environment& env, Instant now) {
  const auto window = env.model.reset_window;
  const bool late = window != Millis{0} && now - env.session.plugged_at > window;
  if (late) return answer(Status::not_allowed);
  return Wait{
      {}, [env](Reply reply, Instant) mutable {
        return answer(reply == Reply::yes ? forget_everything(env) : Status::operation_denied);
      }};
}

}  // namespace latchkey::fido::sim
