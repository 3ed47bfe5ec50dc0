// SPDX-License-Identifier: MIT
#include "hal/fido/sim/ctap2/pin.hpp"

#include <algorithm>

#include "core/crypto/constant_time.hpp"
#include "core/crypto/hash.hpp"
#include "hal/fido/sim/cbor/utf8.hpp"

namespace latchkey::fido::sim {
namespace {

void save(const Environment& env) {
  if (env.save) env.save(env.state);
}

}  // namespace

bool is_locked_until_replugged(const Session& session) {
  return session.wrong_pins_in_a_row >= kWrongPinsInARow;
}

Status may_try_pin(const Environment& env) {
  if (!env.state.pin_hash) return Status::pin_not_set;
  if (env.state.pin_tries == 0) return Status::pin_blocked;
  return is_locked_until_replugged(env.session) ? Status::pin_auth_blocked : Status::ok;
}

Status try_pin(Environment& env, const Exchange& exchange, ByteView pin_hash) {
  if (const auto status = may_try_pin(env); status != Status::ok) return status;
  --env.state.pin_tries;
  save(env);
  ++env.history.pin_tries;
  const auto decrypted = exchange.secret.decrypt(pin_hash);
  if (decrypted && crypto::equal(*decrypted, *env.state.pin_hash)) {
    env.state.pin_tries = kPinTries;
    env.state.verification_tries = kVerificationTries;
    env.session.wrong_pins_in_a_row = 0;
    return Status::ok;
  }
  ++env.history.wrong_pins;
  ++env.session.wrong_pins_in_a_row;
  auto key = SigningKey::generate(SigningKey::Kind::p256, env.random);
  auto& own = agreement_key_of(env.session, exchange.protocol);
  own.reset();
  if (key) own = std::move(*key);
  if (env.state.pin_tries == 0) return Status::pin_blocked;
  return is_locked_until_replugged(env.session) ? Status::pin_auth_blocked : Status::pin_invalid;
}

Status store_pin(Environment& env, const Exchange& exchange, ByteView new_pin) {
  const auto padded = exchange.secret.decrypt(new_pin);
  if (!padded) return Status::pin_auth_invalid;
  if (padded->size() != kPaddedPin) return Status::invalid_parameter;
  auto pin = as_text(*padded);
  pin = pin.substr(0, pin.find_last_not_of('\0') + 1);  // npos + 1 is 0
  const auto code_points = count_code_points(pin);
  if (!code_points || *code_points < env.model.min_pin_length || pin.size() == kPaddedPin) {
    return Status::pin_policy_violation;
  }
  const auto hash = crypto::sha256(as_bytes(pin));
  if (!hash) return Status::other;
  auto& stored = env.state.pin_hash.emplace();
  std::copy_n(hash->begin(), stored.size(), stored.begin());
  env.state.pin_code_points = static_cast<std::uint8_t>(*code_points);
  env.state.pin_tries = kPinTries;
  return Status::ok;
}

}  // namespace latchkey::fido::sim
