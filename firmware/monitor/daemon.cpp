// SPDX-License-Identifier: MIT
#include "firmware/monitor/daemon.hpp"

#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>
#include <array>
#include <cerrno>
#include <csignal>
#include <utility>

#include "core/crypto/random.hpp"
#include "firmware/config/config.hpp"
#include "firmware/monitor/control_server.hpp"
#include "firmware/monitor/event_loop.hpp"
#include "firmware/monitor/handle_desk.hpp"
#include "firmware/monitor/manual_add.hpp"
#include "firmware/monitor/monitor.hpp"
#include "firmware/monitor/process_crew.hpp"
#include "firmware/monitor/readiness.hpp"
#include "firmware/monitor/sshd_site.hpp"
#include "hal/clock/linux/boottime_clock.hpp"
#include "hal/clock/linux/timerfd_alarm.hpp"
#include "hal/descriptor.hpp"
#include "hal/gpio/sim/sim_board.hpp"
#include "hal/process/linux/posix_runner.hpp"

namespace latchkey::monitor {
namespace {

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

Result<void> make_folder(const std::string& path) {
  if (::mkdir(path.c_str(), 0700) == 0 || errno == EEXIST) return {};
  return fail_errno(errno, "making the folder " + path);
}

/// SIGTERM and SIGINT as something to wait for.
Result<hal::Descriptor> open_signals() {
  sigset_t signals;
  ::sigemptyset(&signals);
  ::sigaddset(&signals, SIGTERM);
  ::sigaddset(&signals, SIGINT);
  ::sigprocmask(SIG_BLOCK, &signals, nullptr);
  const int descriptor = ::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
  if (descriptor < 0) return fail_errno(errno, "waiting for signals");
  return hal::Descriptor(descriptor);
}

void drain_edges(gpio::Button& button, Monitor& monitor) {
  while (true) {
    const auto edge = button.next_edge();
    if (!edge || !*edge) return;
    monitor.on_edge(**edge);
  }
}

}  // namespace

Result<void> run_daemon(const DaemonPaths& paths) {
  auto config = read_config(paths);
  if (!config) return fail(std::move(config));
  if (auto made = make_folder(paths.state); !made) return made;
  auto log = AuditLog::open(paths.state + "/log.jsonl");
  if (!log) return fail(std::move(log));
  auto signals = open_signals();
  if (!signals) return fail(std::move(signals));
  const clock::BoottimeClock clock;
  auto alarm = clock::TimerfdAlarm::open();
  if (!alarm) return fail(std::move(alarm));
  auto board_alarm = clock::TimerfdAlarm::open();
  if (!board_alarm) return fail(std::move(board_alarm));
  auto board = gpio::SimBoard::open(paths.simulation, clock, *board_alarm);
  if (!board) return fail(std::move(board));
  auto& button = board->button();
  const auto pressed = button.is_pressed();
  if (!pressed) return tl::make_unexpected(pressed.error());

  EventLoop loop;
  crypto::SystemRandom random;
  process::PosixRunner runner;
  const FailureStore failures(paths.state + "/failures");
  const HandleStore handles(paths.state + "/handles.json", [&](const Error& damage) {
    (void)log->append({"fault", {{"doing", damage.message()}}}, clock.wall());
  });
  (void)handles.load();  // damage is better heard of now than when somebody wants them
  const auto security_keys = paths.simulation + "/security-keys";
  if (auto made = make_folder(security_keys); !made) return made;
  SshdSite site(*config, runner);
  // A simulated board needs no users of its own for the roles.
  ProcessCrew crew(loop, {paths.roles, config->port, false});
  Monitor monitor(*config,
                  {clock, *alarm, random, board->led(), crew, site, *log, failures, handles,
                   [&loop] { loop.stop(); }, security_keys, paths.trust},
                  *pressed);
  ManualAdd adder(*config, clock, crew, site, *log);
  const HandleDesk desk(handles, *log, clock);
  auto control = ControlServer::open(paths.control, loop, monitor, adder, desk);
  if (!control) return fail(std::move(control));

  const auto edges = loop.when_readable(button.descriptor(), [&] { drain_edges(button, monitor); });
  const auto deadlines = loop.when_readable(alarm->descriptor(), [&] {
    alarm->acknowledge();
    monitor.wake();
  });
  const auto ending = loop.when_readable(signals->number(), [&] {
    signalfd_siginfo info{};
    (void)!::read(signals->number(), &info, sizeof info);
    monitor.shut_down();
  });
  tell_service_manager("READY=1");
  loop.run();
  tell_service_manager("STOPPING=1");
  return {};
}

}  // namespace latchkey::monitor
