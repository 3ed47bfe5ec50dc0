// SPDX-License-Identifier: MIT
#include "hal/gpio/sim/sim_board.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <utility>

#include "hal/gpio/sim/board_command.hpp"
#include "hal/local_socket/line_server.hpp"

namespace latchkey::gpio {
namespace {

using hal::LineServer;

constexpr std::size_t kMaxOutput = 8192;

struct Hold {
  Instant until;
  LineServer::ClientId by;
};

}  // namespace

class SimBoard::Core final : public Button, public StatusLed, private LineServer::Talk {
 public:
  Core(LineServer server, const clock::Clock& clock, clock::Alarm& alarm)
      : server_(std::move(server)), clock_(clock), alarm_(alarm), led_since_(clock.now()) {}

  [[nodiscard]] const std::string& path() const noexcept { return server_.path(); }

  // Button
  [[nodiscard]] int descriptor() const override { return server_.descriptor(); }
  [[nodiscard]] Result<bool> is_pressed() override { return pressed_; }
  [[nodiscard]] Result<std::optional<Edge>> next_edge() override;

  // StatusLed
  [[nodiscard]] Result<void> set(bool on) override;

 private:
  // Talk
  [[nodiscard]] std::string greeting() override { return led_line(); }
  [[nodiscard]] std::optional<std::string> obey(LineServer::ClientId client,
                                                const std::string& line) override;

  [[nodiscard]] std::optional<std::string> hold(LineServer::ClientId client, Millis duration);
  void press();
  void release();
  void end_hold_if_due();
  [[nodiscard]] std::string led_line() const;

  LineServer server_;
  const clock::Clock& clock_;
  clock::Alarm& alarm_;
  std::deque<Edge> edges_;
  bool gave_edges_ = false;
  bool pressed_ = false;
  std::optional<Hold> hold_;
  bool led_on_ = false;
  Instant led_since_;
};

Result<std::optional<Edge>> SimBoard::Core::next_edge() {
  if (edges_.empty()) {
    // One round of reading for each wake-up: somebody who never stops talking does not keep the
    // caller here for ever. What is left makes the descriptor readable again.
    if (std::exchange(gave_edges_, false)) return std::optional<Edge>();
    end_hold_if_due();
    if (auto pumped = server_.pump(*this); !pumped) return fail(std::move(pumped));
  }
  if (edges_.empty()) return std::optional<Edge>();
  gave_edges_ = true;
  const auto edge = edges_.front();
  edges_.pop_front();
  return edge;
}

Result<void> SimBoard::Core::set(bool on) {
  if (on == led_on_) return {};
  led_on_ = on;
  led_since_ = clock_.now();
  server_.say(led_line());
  return {};
}

std::optional<std::string> SimBoard::Core::obey(LineServer::ClientId client,
                                                const std::string& line) {
  const auto command = parse_board_command(line);
  if (!command) return "error: " + command.error().doing;
  switch (command->kind) {
    case BoardCommand::Kind::press: press(); return "ok";
    case BoardCommand::Kind::release: release(); return "ok";
    case BoardCommand::Kind::hold: return hold(client, command->duration);
    case BoardCommand::Kind::led: break;
  }
  return led_line();
}

std::optional<std::string> SimBoard::Core::hold(LineServer::ClientId client, Millis duration) {
  if (pressed_) return "error: the button is down already; release it first";
  press();
  hold_ = Hold{edges_.back().at + duration, client};
  alarm_.set(hold_->until);
  return std::nullopt;
}

void SimBoard::Core::press() {
  if (std::exchange(pressed_, true)) return;
  edges_.push_back({true, clock_.now()});
}

void SimBoard::Core::release() {
  if (!std::exchange(pressed_, false)) return;
  const auto now = clock_.now();
  const auto hold = std::exchange(hold_, std::nullopt);
  // A tap lasts exactly as long as was asked for, however late this program wakes.
  edges_.push_back({false, hold ? std::min(now, hold->until) : now});
  if (!hold) return;
  alarm_.acknowledge();
  server_.answer(hold->by, "ok");
}

void SimBoard::Core::end_hold_if_due() {
  if (!hold_) return;
  if (clock_.now() >= hold_->until) {
    release();
  } else {
    alarm_.set(hold_->until);  // harmless while it has not rung, needed if it rang early
  }
}

std::string SimBoard::Core::led_line() const {
  return fmt::format("led {} {}", led_on_ ? 1 : 0, led_since_.time_since_epoch().count());
}

Result<SimBoard> SimBoard::open(const std::string& directory, const clock::Clock& clock,
                                clock::Alarm& alarm) {
  auto server = LineServer::open(
      {directory, "board.sock",
       "a running latchkeyd has this simulated board; stop it or choose another folder"},
      kMaxOutput);
  if (!server) return fail(std::move(server));
  if (auto watched = server->watch(alarm.descriptor()); !watched) return fail(std::move(watched));
  auto core = std::make_unique<Core>(std::move(*server), clock, alarm);
  return SimBoard(std::move(core));
}

SimBoard::SimBoard(std::unique_ptr<Core> core) noexcept : core_(std::move(core)) {}
SimBoard::~SimBoard() = default;
SimBoard::SimBoard(SimBoard&&) noexcept = default;
SimBoard& SimBoard::operator=(SimBoard&&) noexcept = default;

Button& SimBoard::button() noexcept { return *core_; }
StatusLed& SimBoard::led() noexcept { return *core_; }
const std::string& SimBoard::socket_path() const noexcept { return core_->path(); }

}  // namespace latchkey::gpio
