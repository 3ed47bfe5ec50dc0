// SPDX-License-Identifier: MIT
#include "hal/fido/sim/program/bench.hpp"

#include <cerrno>
#include <utility>

#include "hal/fido/sim/program/control_command.hpp"
#include "hal/fido/sim/program/state_line.hpp"

namespace latchkey::fido::sim {

Bench::Bench(Parts parts, const clock::Clock& clock, clock::Alarm& alarm, crypto::Random& random)
    : parts_(std::move(parts)),
      clock_(clock),
      alarm_(alarm),
      random_(random),
      announced_(name_of_wait(nullptr)) {}

Bench::~Bench() { unplug(); }

Result<void> Bench::plug() {
  if (key_) return {};
  auto plugged = SimulatedKey::plug(
      parts_.model,
      {parts_.state, [this](const Request&) { return parts_.person.answer(clock_.now()); }, random_,
       [this](const State& state) {
         if (saved_) saved_ = parts_.files.save(state);
       }},
      clock_.now());
  if (!plugged) return fail(std::move(plugged));
  if (auto shown = plug_faces(); !shown) return shown;
  key_.emplace(std::move(*plugged));
  return {};
}

Result<void> Bench::plug_faces() {
  for (const auto& face : parts_.faces) {
    if (auto plugged = face->plug(); !plugged) {
      unplug();
      return plugged;
    }
  }
  return {};
}

void Bench::unplug() {
  for (const auto& face : parts_.faces) face->unplug();
  key_.reset();
}

Result<void> Bench::run(int stop) {
  for (;;) {
    alarm_.set(key_ ? key_->wakes_at() : std::nullopt);
    auto polled = watched();
    polled.push_back({stop, POLLIN, 0});
    if (::poll(polled.data(), polled.size(), -1) < 0 && errno != EINTR) {
      return fail_errno(errno, "waiting for something to do");
    }
    if (polled.back().revents != 0) return {};
    alarm_.acknowledge();
    if (auto done = step(); !done) return done;
  }
}

std::vector<pollfd> Bench::watched() const {
  std::vector<pollfd> polled{{alarm_.descriptor(), POLLIN, 0},
                             {parts_.control.descriptor(), POLLIN, 0}};
  for (const auto& face : parts_.faces) face->watch(polled);
  return polled;
}

Result<void> Bench::step() {
  if (heard_) heard_ = hear();
  if (!heard_) return heard_;
  if (auto pumped = parts_.control.pump(*this); !pumped) return pumped;
  if (!heard_) return heard_;
  if (key_) {
    key_->wake(clock_.now());
    exchange();
  }
  announce();
  return saved_;
}

Result<void> Bench::hear() {
  for (const auto& face : parts_.faces) {
    const auto reports = face->serve();
    if (!reports) return tl::make_unexpected(reports.error());
    for (const auto& report : *reports) {
      if (!key_) break;
      key_->take(report, clock_.now());
      exchange();
    }
  }
  return {};
}

void Bench::exchange() {
  if (!saved_) return;
  while (const auto report = key_->give()) {
    for (const auto& face : parts_.faces) face->give(*report);
  }
  if (key_->gone()) unplug();
}

void Bench::announce() {
  const std::string waiting = name_of_wait(key_ ? key_->waiting_for() : nullptr);
  if (std::exchange(announced_, waiting) != waiting) parts_.control.say("waiting " + waiting);
}

std::optional<std::string> Bench::obey(hal::LineServer::ClientId, const std::string& line) {
  // What a client asks about has arrived before its question.
  if (heard_) heard_ = hear();
  const auto command = parse_control_command(line);
  if (!command) return "error: " + command.error().doing;
  switch (command->kind) {
    case ControlCommand::Kind::plug:
      if (const auto plugged = plug(); !plugged) return "error: " + plugged.error().message();
      return "ok";
    case ControlCommand::Kind::unplug: unplug(); return "ok";
    case ControlCommand::Kind::touch: parts_.person.stand(command->answer); return "ok";
    case ControlCommand::Kind::touch_once: parts_.person.touch_once(clock_.now()); return "ok";
    case ControlCommand::Kind::state: break;
  }
  return state_line(parts_.model, parts_.state, key_ ? &*key_ : nullptr, parts_.person.standing());
}

}  // namespace latchkey::fido::sim
