// SPDX-License-Identifier: MIT
#include "hal/gpio/sim/sim_board.hpp"

#include <fmt/format.h>
#include <sys/epoll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <deque>
#include <map>
#include <utility>

#include "hal/gpio/sim/board_client.hpp"
#include "hal/gpio/sim/board_command.hpp"
#include "hal/gpio/sim/board_socket.hpp"

namespace latchkey::gpio {
namespace {

using ClientId = std::uint64_t;  // never reused, so that an answer cannot reach the wrong client

constexpr std::uint64_t kListenerId = 0;
constexpr std::uint64_t kAlarmId = 1;
constexpr ClientId kFirstClientId = 2;

struct Connection {
  BoardClient client;
  std::uint32_t interest = 0;  // as epoll knows it
};

struct Hold {
  Instant until;
  ClientId by;
};

}  // namespace

class SimBoard::Core final : public Button, public StatusLed {
 public:
  Core(BoardSocket socket, hal::Descriptor epoll, const clock::Clock& clock, clock::Alarm& alarm)
      : socket_(std::move(socket)),
        epoll_(std::move(epoll)),
        clock_(clock),
        alarm_(alarm),
        led_since_(clock.now()) {}

  Result<void> start() {
    if (auto watched = watch(socket_.descriptor(), EPOLLIN, kListenerId); !watched) return watched;
    return watch(alarm_.descriptor(), EPOLLIN, kAlarmId);
  }

  [[nodiscard]] const std::string& path() const noexcept { return socket_.path(); }

  // Button
  [[nodiscard]] int descriptor() const override { return epoll_.number(); }
  [[nodiscard]] Result<bool> is_pressed() override { return pressed_; }
  [[nodiscard]] Result<std::optional<Edge>> next_edge() override;

  // StatusLed
  [[nodiscard]] Result<void> set(bool on) override;

 private:
  [[nodiscard]] Result<void> watch(int descriptor, std::uint32_t events, std::uint64_t id) const;
  Result<void> pump();
  void accept_clients();
  void serve(ClientId id, std::uint32_t events);
  bool run_lines();
  void obey(ClientId id, BoardClient& client, const BoardCommand& command);
  void press();
  void release();
  void end_hold_if_due();
  void tidy();
  [[nodiscard]] std::string led_line() const;

  BoardSocket socket_;
  hal::Descriptor epoll_;
  const clock::Clock& clock_;
  clock::Alarm& alarm_;
  std::map<ClientId, Connection> connections_;
  ClientId next_id_ = kFirstClientId;
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
    if (auto pumped = pump(); !pumped) return fail(std::move(pumped));
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
  const auto line = led_line();
  for (auto& [id, connection] : connections_) connection.client.say(line);
  tidy();
  return {};
}

Result<void> SimBoard::Core::watch(int descriptor, std::uint32_t events, std::uint64_t id) const {
  epoll_event event{};
  event.events = events;
  event.data.u64 = id;
  if (::epoll_ctl(epoll_.number(), EPOLL_CTL_ADD, descriptor, &event) != 0) {
    return fail_errno(errno, "watching the simulated board");
  }
  return {};
}

Result<void> SimBoard::Core::pump() {
  std::array<epoll_event, kMaxBoardClients + 2> ready{};
  const int count = ::epoll_wait(epoll_.number(), ready.data(), static_cast<int>(ready.size()), 0);
  if (count < 0 && errno != EINTR) return fail_errno(errno, "watching the simulated board");
  if (count > 0) end_hold_if_due();
  for (int i = 0; i < count; ++i) {
    const auto& event = ready.at(static_cast<std::size_t>(i));
    if (event.data.u64 == kListenerId) {
      accept_clients();
    } else if (event.data.u64 != kAlarmId) {
      serve(event.data.u64, event.events);
    }
  }
  // A release lets another client's waiting lines go on; their number is bounded by what was read.
  while (run_lines()) {
  }
  tidy();
  return {};
}

void SimBoard::Core::accept_clients() {
  for (std::size_t i = 0; i < kMaxBoardClients; ++i) {
    auto accepted = socket_.accept();
    if (!accepted) return;
    BoardClient client(std::move(*accepted));
    if (connections_.size() >= kMaxBoardClients) {
      client.say(fmt::format("error: at most {} connections at a time", kMaxBoardClients));
      continue;
    }
    const auto id = next_id_;
    if (!watch(client.descriptor(), EPOLLIN, id)) continue;
    ++next_id_;
    client.say(led_line());
    connections_.emplace(id, Connection{std::move(client), EPOLLIN});
  }
}

void SimBoard::Core::serve(ClientId id, std::uint32_t events) {
  const auto found = connections_.find(id);
  if (found == connections_.end()) return;
  auto& client = found->second.client;
  if ((events & EPOLLOUT) != 0) client.flush();
  if ((events & EPOLLIN) != 0) {
    client.receive();
  } else if ((events & (EPOLLHUP | EPOLLERR)) != 0) {
    client.drop();  // left while its tap or hold is under way, which goes on to its end
  }
}

bool SimBoard::Core::run_lines() {
  bool any = false;
  for (auto& [id, connection] : connections_) {
    auto& client = connection.client;
    while (!client.waiting() && !client.gone()) {
      const auto line = client.next_line();
      if (!line) break;
      any = true;
      if (const auto command = parse_board_command(*line)) {
        obey(id, client, *command);
      } else {
        client.say("error: " + command.error().doing);
      }
    }
  }
  return any;
}

void SimBoard::Core::obey(ClientId id, BoardClient& client, const BoardCommand& command) {
  switch (command.kind) {
    case BoardCommand::Kind::press: press(); return client.say("ok");
    case BoardCommand::Kind::release: release(); return client.say("ok");
    case BoardCommand::Kind::hold:
      if (pressed_) return client.say("error: the button is down already; release it first");
      press();
      hold_ = Hold{edges_.back().at + command.duration, id};
      alarm_.set(hold_->until);
      return client.set_waiting(true);
    case BoardCommand::Kind::led: return client.say(led_line());
  }
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
  const auto found = connections_.find(hold->by);
  if (found == connections_.end()) return;
  found->second.client.set_waiting(false);
  found->second.client.say("ok");
}

void SimBoard::Core::end_hold_if_due() {
  if (!hold_) return;
  if (clock_.now() >= hold_->until) {
    release();
  } else {
    alarm_.set(hold_->until);  // harmless while it has not rung, needed if it rang early
  }
}

void SimBoard::Core::tidy() {
  for (auto next = connections_.begin(); next != connections_.end();) {
    auto& [id, connection] = *next;
    if (connection.client.gone()) {
      // Said explicitly: a forked child may still have the socket open, which keeps it watched.
      ::epoll_ctl(epoll_.number(), EPOLL_CTL_DEL, connection.client.descriptor(), nullptr);
      next = connections_.erase(next);
      continue;
    }
    if (const auto wanted = connection.client.interest(); wanted != connection.interest) {
      epoll_event event{};
      event.events = wanted;
      event.data.u64 = id;
      ::epoll_ctl(epoll_.number(), EPOLL_CTL_MOD, connection.client.descriptor(), &event);
      connection.interest = wanted;
    }
    ++next;
  }
}

std::string SimBoard::Core::led_line() const {
  return fmt::format("led {} {}", led_on_ ? 1 : 0, led_since_.time_since_epoch().count());
}

Result<SimBoard> SimBoard::open(const std::string& directory, const clock::Clock& clock,
                                clock::Alarm& alarm) {
  auto socket = BoardSocket::open(directory);
  if (!socket) return fail(std::move(socket));
  hal::Descriptor epoll(::epoll_create1(EPOLL_CLOEXEC));
  if (!epoll.open()) return fail_errno(errno, "watching the simulated board");
  auto core = std::make_unique<Core>(std::move(*socket), std::move(epoll), clock, alarm);
  if (auto started = core->start(); !started) return fail(std::move(started));
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
