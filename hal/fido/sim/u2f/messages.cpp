// SPDX-License-Identifier: MIT
#include "hal/fido/sim/u2f/messages.hpp"

#include <algorithm>

#include "hal/fido/sim/device/credential_id.hpp"
#include "hal/fido/sim/device/join.hpp"
#include "hal/fido/sim/device/signature.hpp"
#include "hal/fido/sim/u2f/apdu.hpp"

namespace latchkey::fido::sim {
namespace {

enum class StatusWord : std::uint16_t {
  no_error = 0x9000,
  wrong_length = 0x6700,
  conditions_not_satisfied = 0x6985,  ///< touch me; check-only: this key handle is mine
  command_not_allowed = 0x6986,
  wrong_data = 0x6A80,  ///< this key handle is not mine
  instruction_not_supported = 0x6D00,
  class_not_supported = 0x6E00,
  internal = 0x6F00,
};

enum class Instruction : std::uint8_t { register_key = 0x01, authenticate = 0x02, version = 0x03 };

enum class Control : std::uint8_t {
  check_only = 0x07,
  enforce_presence = 0x03,
  do_not_enforce_presence = 0x08,
};

constexpr std::size_t kParameter = 32;  // challenge and application are SHA-256 hashes

struct Answer {
  StatusWord status = StatusWord::internal;
  Bytes data;
};

/// One request and what it works on.
struct Call {
  Environment& env;
  ByteView message;
  Apdu apdu;
  const Person& person;
  Instant now;
};

bool asked_again(const Session& session, ByteView message, Instant now) {
  const auto& last = session.u2f_request;
  return last && now - last->asked < kU2fPatience && std::ranges::equal(last->apdu, message);
}

bool touched(const Call& call) {
  auto& history = call.env.history;
  auto& session = call.env.session;
  if (!asked_again(session, call.message, call.now)) ++history.touches_asked;
  const Request request;
  if (call.person(request) != Reply::yes) {
    session.u2f_request = {to_bytes(call.message), call.now, request};
    return false;
  }
  ++history.touches_given;
  session.u2f_request.reset();
  return true;
}

/// Sections 4.1 to 4.3.
Answer register_key(const Call& call) {
  auto& env = call.env;
  const auto data = call.apdu.data;
  if (data.size() != 2 * kParameter) return {StatusWord::wrong_length, {}};
  if (env.state.factory.chain.empty()) return {};
  if (!touched(call)) return {StatusWord::conditions_not_satisfied, {}};

  const auto challenge = data.first(kParameter);
  const auto application = data.subspan(kParameter);
  auto key = SigningKey::generate(SigningKey::Kind::p256, env.random);
  if (!key) return {};
  const Bytes public_key = key->public_key();
  const auto handle = wrap(env.state, application, {*std::move(key)}, env.random);
  if (!handle) return {};
  constexpr std::uint8_t kFutureUse[] = {0x00};
  const auto signature = sign(env, env.state.factory.attestation_key,
                              join({kFutureUse, application, challenge, *handle, public_key}));
  if (!signature) return {};
  constexpr std::uint8_t kReserved[] = {0x05};
  const std::uint8_t handle_size[] = {static_cast<std::uint8_t>(handle->size())};
  return {StatusWord::no_error, join({kReserved, public_key, handle_size, *handle,
                                      env.state.factory.chain.front(), *signature})};
}

/// The credential of a key handle, where U2F may have it.
std::optional<SigningKey> find_key(const State& state, ByteView application, ByteView handle) {
  auto credential = unwrap(state, application, handle);
  if (!credential || credential->protection == CredProtect::required ||
      credential->key.kind() != SigningKey::Kind::p256) {
    return std::nullopt;
  }
  return std::move(credential->key);
}

/// Sections 5.1 to 5.4.
Answer authenticate(const Call& call) {
  const auto data = call.apdu.data;
  constexpr auto kHandle = 2 * kParameter + 1;
  if (data.size() < kHandle || data.size() != kHandle + data[kHandle - 1]) {
    return {StatusWord::wrong_length, {}};
  }
  const auto challenge = data.first(kParameter);
  const auto application = data.subspan(kParameter, kParameter);
  const auto key = find_key(call.env.state, application, data.subspan(kHandle));
  if (!key) return {StatusWord::wrong_data, {}};

  bool present = false;
  switch (static_cast<Control>(call.apdu.parameter_1)) {
    case Control::check_only: return {StatusWord::conditions_not_satisfied, {}};
    case Control::enforce_presence:
      if (!touched(call)) return {StatusWord::conditions_not_satisfied, {}};
      present = true;
      break;
    case Control::do_not_enforce_presence: break;
    default: return {StatusWord::wrong_data, {}};
  }

  const auto counter = ++call.env.state.signature_counter;
  Bytes seen{static_cast<std::uint8_t>(present ? 1 : 0)};
  for (const auto shift : {24U, 16U, 8U, 0U}) {
    seen.push_back(static_cast<std::uint8_t>(counter >> shift));
  }
  const auto signature = sign(call.env, *key, join({application, seen, challenge}));
  if (!signature) return {};
  return {StatusWord::no_error, join({seen, *signature})};
}

/// Section 6.
Answer version(const Call& call) {
  if (!call.apdu.data.empty()) return {StatusWord::wrong_length, {}};
  return {StatusWord::no_error, to_bytes(as_bytes("U2F_V2"))};
}

Answer run(const Call& call) {
  if (call.apdu.command_class != 0) return {StatusWord::class_not_supported, {}};
  if (!call.env.model.u2f) return {StatusWord::instruction_not_supported, {}};
  if (always_verifies(call.env.model)) return {StatusWord::command_not_allowed, {}};
  switch (static_cast<Instruction>(call.apdu.instruction)) {
    case Instruction::register_key: return register_key(call);
    case Instruction::authenticate: return authenticate(call);
    case Instruction::version: return version(call);
  }
  return {StatusWord::instruction_not_supported, {}};
}

const char* name_of(const Apdu& apdu) {
  switch (static_cast<Instruction>(apdu.instruction)) {
    case Instruction::register_key: return "U2F register";
    case Instruction::authenticate:
      return apdu.parameter_1 == static_cast<std::uint8_t>(Control::check_only)
                 ? "U2F check"
                 : "U2F authenticate";
    case Instruction::version: return "U2F version";
  }
  return "U2F unknown";
}

}  // namespace

Bytes answer_u2f(Environment& env, ByteView apdu, const Person& person, Instant now) {
  const auto parsed = Apdu::parse(apdu);
  const bool again = asked_again(env.session, apdu, now);
  auto answer =
      parsed ? run({env, apdu, *parsed, person, now}) : Answer{StatusWord::wrong_length, {}};
  const auto status = static_cast<std::uint16_t>(answer.status);
  if (!again || answer.status != StatusWord::conditions_not_satisfied) {
    record(env.history, {now, parsed ? name_of(*parsed) : "U2F unknown", status});
  }
  answer.data.push_back(static_cast<std::uint8_t>(status >> 8U));
  answer.data.push_back(static_cast<std::uint8_t>(status));
  return std::move(answer.data);
}

}  // namespace latchkey::fido::sim
