// SPDX-License-Identifier: MIT
#include "firmware/monitor/daemon.hpp"

#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>
#include <array>
#include <cerrno>
#include <csignal>
#include <functional>
#include <utility>

#include "core/crypto/random.hpp"
#include "firmware/board/board.hpp"
#include "firmware/config/config.hpp"
#include "firmware/monitor/accounts.hpp"
#include "firmware/monitor/control_server.hpp"
#include "firmware/monitor/event_loop.hpp"
#include "firmware/monitor/handle_desk.hpp"
#include "firmware/monitor/manual_add.hpp"
#include "firmware/monitor/monitor.hpp"
#include "firmware/monitor/panel.hpp"
#include "firmware/monitor/privileges.hpp"
#include "firmware/monitor/process_crew.hpp"
#include "firmware/monitor/readiness.hpp"
#include "firmware/monitor/role_users.hpp"
#include "firmware/monitor/sshd_site.hpp"
#include "firmware/monitor/state_lock.hpp"
#include "hal/clock/linux/boottime_clock.hpp"
#include "hal/clock/linux/timerfd_alarm.hpp"
#include "hal/descriptor.hpp"
#include "hal/process/linux/posix_runner.hpp"

namespace latchkey::monitor {
namespace {

/// For somebody to see the fault before the service manager starts us again.
constexpr Millis kFaultShown{10'000};

Result<config::Config> read_config(const DaemonPaths& paths) {
  auto config = config::load_config(paths.config);
  if (!config && !paths.config_required && config.error().is(Errc::not_found)) {
    config = config::parse_config({}, paths.config);  // the defaults
  }
  if (config && config->name.empty()) {
    std::array<char, 256> name{};
    if (::gethostname(name.data(), name.size() - 1) == 0) config->name = name.data();
  }
  return config;
}

/// For us alone, whoever made it, and whatever the umask is.
Result<void> make_private_folder(const std::string& path) {
  if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) {
    return fail_errno(errno, "making the folder " + path + " (the one above it has to be there)");
  }
  if (::chmod(path.c_str(), 0700) != 0) return fail_errno(errno, "closing the folder " + path);
  return {};
}

/// SIGTERM, SIGINT and SIGHUP (a terminal was closed) as something to wait for.
Result<hal::Descriptor> open_signals() {
  sigset_t signals;
  ::sigemptyset(&signals);
  ::sigaddset(&signals, SIGTERM);
  ::sigaddset(&signals, SIGINT);
  ::sigaddset(&signals, SIGHUP);
  ::sigprocmask(SIG_BLOCK, &signals, nullptr);
  const int descriptor = ::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
  if (descriptor < 0) return fail_errno(errno, "waiting for signals");
  return hal::Descriptor(descriptor);
}

std::string folder_of(const std::string& path) { return path.substr(0, path.find_last_of('/')); }

/// /run is empty after each boot; whoever looks for the socket in it must be able to go through.
Result<void> make_run_folder(const std::string& socket) {
  const auto folder = folder_of(socket);
  if (::mkdir(folder.c_str(), 0755) == 0) {
    if (::chmod(folder.c_str(), 0755) == 0) return {};  // whatever the umask is
  } else if (errno == EEXIST) {
    return {};
  }
  return fail_errno(errno, "making the folder " + folder);
}

/// Takes all edges that are there.
Result<void> drain_edges(gpio::Button& button, Monitor& monitor) {
  while (true) {
    const auto edge = button.next_edge();
    if (!edge) return tl::make_unexpected(edge.error());
    if (!*edge) return {};
    monitor.on_edge(**edge);
  }
}

/// Makes the folders that we write to, and locks the state against a second daemon.
Result<hal::Descriptor> take_folders(const DaemonPaths& paths) {
  if (auto made = make_private_folder(paths.state); !made) return fail(std::move(made));
  auto lock = lock_state(paths.state);
  if (!lock) return lock;
  if (auto made = make_run_folder(paths.control); !made) return fail(std::move(made));
  return lock;
}

/// What differs between a board of this machine and a simulated one.
struct Board {
  Panel panel;
  std::string name;           ///< what it is called where the device tree does not say
  std::string security_keys;  ///< folder of the simulated ones; empty: what is on USB
  hal::Descriptor state_lock;
};

Result<Board> open_board(const DaemonPaths& paths, const config::Config& config,
                         const clock::Clock& clock, clock::Alarm& alarm) {
  if (paths.simulated()) {
    auto lock = take_folders(paths);
    if (!lock) return fail(std::move(lock));
    auto panel = open_simulated_panel(paths.simulation, clock, alarm);
    if (!panel) return fail(std::move(panel));
    Board board{std::move(*panel), "simulated board", paths.simulation + "/security-keys",
                std::move(*lock)};
    if (auto made = make_private_folder(board.security_keys); !made) return fail(std::move(made));
    return board;
  }
  const auto found = board::find_board(config.board, paths.board);
  if (!found) return tl::make_unexpected(found.error());
  const auto enrolled = enrollable(config.policy.accounts);
  if (auto users = check_role_users(enrolled); !users) return fail(std::move(users));
  // Nothing is made on a machine that is no board of ours.
  auto lock = take_folders(paths);
  if (!lock) return fail(std::move(lock));
  auto panel = open_panel(*found, clock, alarm, folder_of(paths.control) + "/led-before");
  if (!panel) return fail(std::move(panel));
  return Board{std::move(*panel), found->title, {}, std::move(*lock)};
}

}  // namespace

Result<DaemonEnd> run_daemon(const DaemonPaths& paths) {
  auto config = read_config(paths);
  if (!config) return fail(std::move(config));
  auto signals = open_signals();
  if (!signals) return fail(std::move(signals));
  const clock::BoottimeClock clock;
  auto alarm = clock::TimerfdAlarm::open();
  if (!alarm) return fail(std::move(alarm));
  auto board_alarm = clock::TimerfdAlarm::open();
  if (!board_alarm) return fail(std::move(board_alarm));
  auto board = open_board(paths, *config, clock, *board_alarm);
  if (!board) return fail(std::move(board));
  auto& button = *board->panel.button;
  const auto pressed = button.is_pressed();
  if (!pressed) return tl::make_unexpected(pressed.error());
  auto log = AuditLog::open(paths.state + "/log.jsonl");
  if (!log) return fail(std::move(log));

  EventLoop loop;
  crypto::SystemRandom random;
  process::PosixRunner runner;
  if (const auto remark = button.remark(); !remark.empty()) {
    (void)log->append({"fault", {{"doing", remark}}}, clock.wall());
  }
  const FailureStore failures(paths.state + "/failures");
  const HandleStore handles(paths.state + "/handles.json", [&](const Error& damage) {
    (void)log->append({"fault", {{"doing", damage.message()}}}, clock.wall());
  });
  (void)handles.load();  // damage is better heard of now than when somebody wants them
  SshdSite site(*config, runner, board->name);
  ProcessCrew crew(loop, {paths.roles, config->port, paths.simulated()});
  std::optional<Error> breakdown;
  EventLoop::Watch fault_shown;
  const auto finished = [&] {
    if (!breakdown) return loop.stop();
    fault_shown = loop.after(kFaultShown, [&] { loop.stop(); });
  };
  std::function<void()> look_at_button;
  Monitor monitor(*config,
                  {clock, *alarm, random, *board->panel.led, crew, site, *log, failures, handles,
                   finished, board->security_keys, paths.trust,
                   // Kernels before 6.6 do not wake who waits for a line when its chip goes away:
                   // the LED may be the first to feel it.
                   [&] { loop.post([&] { look_at_button(); }); }, [&] { look_at_button(); }},
                  *pressed);
  ManualAdd adder(*config, clock, crew, site, *log);
  const HandleDesk desk(handles, *log, clock);
  auto control = ControlServer::open(paths.control, loop, monitor, adder, desk);
  if (!control) return fail(std::move(control));

  EventLoop::Watch edges;
  const auto break_down = [&](const Error& why) {
    if (breakdown) return;
    edges = {};  // a descriptor whose chip is gone is readable for ever
    breakdown = why;
    monitor.break_down(why);
  };
  const auto take_edges = [&] {
    if (const auto drained = drain_edges(button, monitor); !drained) break_down(drained.error());
  };
  edges = loop.when_readable(button.descriptor(), take_edges);
  look_at_button = [&] {
    if (const auto level = button.is_pressed(); !level) break_down(level.error());
  };
  const auto deadlines = loop.when_readable(alarm->descriptor(), [&] {
    alarm->acknowledge();
    // A level has stood still only if no edge waits behind it: we may have been kept from running,
    // and may be again before the monitor asks what time it is.
    const auto now = clock.now();
    if (!breakdown) take_edges();
    monitor.wake(now);
  });
  const auto ending = loop.when_readable(signals->number(), [&] {
    signalfd_siginfo info{};
    (void)!::read(signals->number(), &info, sizeof info);
    if (monitor.finished()) return loop.stop();  // not waiting for the fault to be seen
    monitor.shut_down();
  });
  if (!paths.simulated()) {
    if (auto kept = keep_only(needed_capabilities(config->port)); !kept) {
      return fail(std::move(kept));
    }
  }
  tell_service_manager("READY=1");
  loop.run();
  tell_service_manager("STOPPING=1");
  return DaemonEnd{std::move(breakdown)};
}

}  // namespace latchkey::monitor
