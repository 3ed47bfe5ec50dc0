// SPDX-License-Identifier: MIT
#include "hal/fido/sim/program/state_line.hpp"

#include <nlohmann/json.hpp>

#include "hal/fido/sim/program/control_command.hpp"

namespace latchkey::fido::sim {
namespace {

using Json = nlohmann::ordered_json;

void add_history(Json& line, const History& history) {
  line["touches_asked"] = history.touches_asked;
  line["touches_given"] = history.touches_given;
  line["verifications_asked"] = history.verifications_asked;
  line["verifications_given"] = history.verifications_given;
  line["pin_tries"] = history.pin_tries;
  line["wrong_pins"] = history.wrong_pins;
  line["signatures"] = history.signatures;
  line["cancelled"] = history.cancelled;
  line["timed_out"] = history.timed_out;
}

Json credentials_of(const State& state) {
  auto all = Json::array();
  for (const auto& credential : state.credentials) {
    all.push_back({{"rp_id", credential.rp_id}, {"user_name", credential.user_name}});
  }
  return all;
}

Json events_of(const History& history) {
  auto all = Json::array();
  for (const auto& event : history.events) {
    all.push_back({{"at", event.at.time_since_epoch().count()},
                   {"what", event.what},
                   {"status", event.status}});
  }
  return all;
}

}  // namespace

const char* name_of_wait(const Request* waiting) {
  if (waiting == nullptr) return "nothing";
  return waiting->gesture == Gesture::touch ? "touch" : "verification";
}

std::string state_line(const Model& model, const State& state, const SimulatedKey* key,
                       Reply standing) {
  const History none;
  const auto& history = key == nullptr ? none : key->history();
  const auto* waiting = key == nullptr ? nullptr : key->waiting_for();
  Json line;
  line["plugged"] = key != nullptr;
  line["model"] = model.name;
  line["touch"] = name_of(standing);
  line["waiting"] = waiting == nullptr ? Json() : Json(name_of_wait(waiting));
  line["rp_id"] = waiting == nullptr || waiting->rp_id.empty() ? Json() : Json(waiting->rp_id);
  add_history(line, history);
  line["pin_set"] = state.pin_hash.has_value();
  line["pin_tries_left"] = state.pin_tries;
  line["signature_counter"] = state.signature_counter;
  line["credentials"] = credentials_of(state);
  line["events"] = events_of(history);
  // What clients have sent is UTF-8 by CTAP2's own rule; if it were not, the line still has to be.
  return line.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace latchkey::fido::sim
