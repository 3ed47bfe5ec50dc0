// SPDX-License-Identifier: MIT
#include "hal/fido/sim/sim_authenticator.hpp"

#include <utility>

#include "hal/fido/sim/ctap2/command_name.hpp"
#include "hal/fido/sim/ctap2/commands.hpp"
#include "hal/fido/sim/ctap2/pin_uv_auth.hpp"
#include "hal/fido/sim/u2f/messages.hpp"

namespace latchkey::fido::sim {
namespace {

bool has_command(const Model& model, Command command) {
  switch (command) {
    case Command::make_credential:
    case Command::get_assertion:
    case Command::get_info:
    case Command::get_next_assertion:
    case Command::reset: return true;
    case Command::client_pin: return model.client_pin || model.built_in_verification;
    case Command::selection: return model.fido_2_1;
    case Command::credential_management: return model.credential_management && model.fido_2_1;
    case Command::credential_management_preview: return model.credential_management;
  }
  return false;
}

Outcome dispatch(Environment& env, Command command, const Value& parameters, Instant now) {
  switch (command) {
    case Command::make_credential: return make_credential(env, parameters, now);
    case Command::get_assertion: return get_assertion(env, parameters, now);
    case Command::get_info: return get_info(env);
    case Command::client_pin: return client_pin(env, parameters, now);
    case Command::reset: return reset_key(env, now);
    case Command::get_next_assertion: return get_next_assertion(env, now);
    case Command::selection: return selection(env);
    case Command::credential_management:
    case Command::credential_management_preview: return credential_management(env, parameters, now);
  }
  return answer(Status::invalid_command);
}

/// Stateful commands (section 6): what another one began does not go on.
void forget_others(Session& session, Command command) {
  const bool manages = command == Command::credential_management ||
                       command == Command::credential_management_preview;
  if (command != Command::get_next_assertion) session.assertions.reset();
  if (!manages) {
    session.rps.reset();
    session.credentials.reset();
  }
}

std::uint16_t status_of(const Bytes& answer) {
  return answer.empty() ? static_cast<std::uint16_t>(Status::other) : answer.front();
}

}  // namespace

SimAuthenticator::SimAuthenticator(const Model& model, State& state, History& history,
                                   Person person, crypto::Random& random,
                                   std::function<void(const State&)> save)
    : model_(model),
      state_(state),
      history_(history),
      person_(std::move(person)),
      random_(random),
      save_(std::move(save)) {}

Result<SimAuthenticator> SimAuthenticator::plug(const Model& model, State& state, History& history,
                                                Person person, crypto::Random& random, Instant now,
                                                std::function<void(const State&)> save) {
  SimAuthenticator key(model, state, history, std::move(person), random, std::move(save));
  if (auto powered = power_up(key.session_, random, now); !powered) return fail(std::move(powered));
  return key;
}

bool SimAuthenticator::speaks_cbor() const { return model_.fido_2_0; }
bool SimAuthenticator::speaks_u2f() const { return model_.u2f; }

Environment SimAuthenticator::environment() {
  return {model_, state_, session_, history_, random_, save_};
}

Outcome SimAuthenticator::run(ByteView message, Instant now) {
  command_ = "nothing";
  if (message.empty()) return answer(Status::invalid_length);
  const auto command = static_cast<Command>(message.front());
  command_ = command_name(command, Value::Map{});
  forget_others(session_, command);
  if (message.size() > model_.max_message_size) return answer(Status::request_too_large);
  if (!has_command(model_, command)) return answer(Status::invalid_command);

  Result<Value> parameters = Value::Map{};
  if (message.size() > 1) parameters = Value::decode(message.subspan(1));
  if (!parameters) return answer(Status::invalid_cbor);
  command_ = command_name(command, *parameters);
  auto env = environment();
  return dispatch(env, command, *parameters, now);
}

Outcome SimAuthenticator::cbor(ByteView message, Instant now) {
  auto outcome = run(message, now);
  if (const auto* whole = std::get_if<Bytes>(&outcome)) {
    record(history_, {now, command_, status_of(*whole)});
    return outcome;
  }
  auto& wait = std::get<Wait>(outcome);
  const bool touch = wait.request.gesture == Gesture::touch;
  ++(touch ? history_.touches_asked : history_.verifications_asked);
  auto& given = touch ? history_.touches_given : history_.verifications_given;
  wait.then = [&given, then = std::move(wait.then)](Reply reply, Instant at) {
    if (reply == Reply::yes) ++given;
    return then(reply, at);
  };
  return outcome;
}

Bytes SimAuthenticator::u2f(ByteView apdu, Instant now) {
  session_.forget_pending();
  auto env = environment();
  return answer_u2f(env, apdu, person_, now);
}

Reply SimAuthenticator::ask(const Request& request) { return person_(request); }

void SimAuthenticator::ended(Status status, Instant now) {
  record(history_, {now, command_, static_cast<std::uint8_t>(status)});
  if (status == Status::keepalive_cancel) ++history_.cancelled;
  if (status == Status::user_action_timeout) ++history_.timed_out;
}

const Request* SimAuthenticator::u2f_waiting_for() const {
  return session_.u2f_request ? &session_.u2f_request->request : nullptr;
}

std::optional<Instant> SimAuthenticator::wakes_at() const {
  if (!session_.u2f_request) return std::nullopt;
  return session_.u2f_request->asked + kU2fPatience;
}

void SimAuthenticator::wake(Instant now) {
  if (const auto due = wakes_at(); due && *due <= now) session_.u2f_request.reset();
}

}  // namespace latchkey::fido::sim
