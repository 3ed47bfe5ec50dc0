// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <sys/signalfd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <exception>

#include "hal/clock/linux/boottime_clock.hpp"
#include "hal/clock/linux/timerfd_alarm.hpp"
#include "hal/fido/sim/attestation/certificate_authority.hpp"
#include "hal/fido/sim/program/bench.hpp"
#include "hal/fido/sim/program/command_line.hpp"
#include "hal/fido/sim/program/hid_gadget.hpp"
#include "hal/fido/sim/program/hid_socket.hpp"
#include "hal/fido/sim/program/state_line.hpp"
#include "hal/fido/sim/program/uhid.hpp"

using namespace latchkey;
using namespace latchkey::fido::sim;

namespace {

// sysexits(3)
constexpr int kData = 65;
constexpr int kUnavailable = 69;
constexpr int kSoftware = 70;
constexpr int kCannotCreate = 73;
constexpr int kIo = 74;
constexpr int kNoPermission = 77;

int complain(int status, const Error& error, const char* next = "") {
  fmt::print(stderr, "latchkey-simulated-key: {}.\n{}", error.message(), next);
  return status;
}

int status_of_device(const Error& error) {
  const bool forbidden = error.code == std::errc::permission_denied ||
                         error.code == std::errc::operation_not_permitted;
  return forbidden ? kNoPermission : kUnavailable;
}

/// As it comes from the factory, with a test CA of its own.
Result<State> manufacture(const Model& model, crypto::Random& random, WallTime now) {
  const auto authority = CertificateAuthority::make(random, now);
  if (!authority) return tl::make_unexpected(authority.error());
  auto factory = authority->manufacture(model, random);
  if (!factory) return fail(std::move(factory));
  State state{.factory = std::move(*factory)};
  if (auto fresh = reset(state, random); !fresh) return fail(std::move(fresh));
  return state;
}

/// What the key was made as, when its attestation would contradict what this model says of itself.
std::optional<std::string> other_make(const State& state, const Model& model) {
  const auto made = aaguid_of(state.factory.chain.front());
  if (made == (model.fido_2_0 ? std::optional(model.aaguid) : std::nullopt)) return std::nullopt;
  for (const auto& known : models()) {
    if (known.fido_2_0 && made == known.aaguid) return known.name;
  }
  return made ? "--set aaguid=" + to_hex(*made) : "u2f-only";
}

std::vector<std::unique_ptr<Face>> faces_of(const CommandLine& options) {
  std::vector<std::unique_ptr<Face>> faces;
  faces.push_back(std::make_unique<HidSocket>(options.directory));
  if (options.uhid) {
    faces.push_back(std::make_unique<Uhid>(
        [] { return open_uhid(); },
        fmt::format("latchkey SIMULATED security key ({})", options.model.name)));
  }
  if (!options.hidg.empty()) {
    faces.push_back(std::make_unique<HidGadget>(HidGadget::Files{options.hidg, options.udc}));
  }
  return faces;
}

/// Readable at SIGTERM and SIGINT.
Result<hal::Descriptor> catch_end() {
  sigset_t signals{};
  ::sigemptyset(&signals);
  ::sigaddset(&signals, SIGTERM);
  ::sigaddset(&signals, SIGINT);
  ::sigprocmask(SIG_BLOCK, &signals, nullptr);
  hal::Descriptor end(::signalfd(-1, &signals, SFD_CLOEXEC));
  if (!end.open()) return fail_errno(errno, "waiting for signals");
  return end;
}

int serve(const CommandLine& options) {
  const auto end = catch_end();
  if (!end) return complain(kUnavailable, end.error());
  const clock::BoottimeClock clock;
  crypto::SystemRandom random;
  auto alarm = clock::TimerfdAlarm::open();
  if (!alarm) return complain(kUnavailable, alarm.error());
  // First: whoever has this socket has the folder.
  auto control = hal::LineServer::open(
      {options.directory, "key.sock",
       "a running latchkey-simulated-key has this folder; stop it or choose another folder"},
      kMaxStateLine);
  if (!control) return complain(kCannotCreate, control.error());

  const KeyFiles files(options.directory);
  auto state = files.load();
  if (!state) {
    const bool damaged = state.error().code.category() == latchkey_category();
    return complain(damaged ? kData : kIo, state.error(),
                    damaged ? "Move the file away, and a new key is made.\n" : "");
  }
  if (!*state) {
    auto made = manufacture(options.model, random, clock.wall());
    if (!made) return complain(kSoftware, made.error());
    *state = std::move(*made);
    if (auto saved = files.save(**state); !saved) return complain(kCannotCreate, saved.error());
  }
  if (const auto made = other_make(**state, options.model)) {
    fmt::print(stderr,
               "latchkey-simulated-key: {} holds a key made as {}; start it as that model, or "
               "choose another folder.\n",
               options.directory, *made);
    return kData;
  }
  if (auto saved = files.save_attestation(**state); !saved)
    return complain(kCannotCreate, saved.error());

  Bench bench({options.model, std::move(**state), StandingPerson(options.touch), files,
               std::move(*control), faces_of(options)},
              clock, *alarm, random);
  if (options.unplugged) {
    bench.unplug();  // a gadget may be bound from before
  } else if (auto plugged = bench.plug(); !plugged) {
    return complain(status_of_device(plugged.error()), plugged.error());
  }
  fmt::print(stderr,
             "latchkey-simulated-key: this security key is SIMULATED, for tests only: its private "
             "keys lie unprotected in {}.\n",
             options.directory);
  fmt::print("READY {}\n", options.directory);
  std::fflush(stdout);
  if (auto run = bench.run(end->number()); !run) return complain(kIo, run.error());
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const auto options = parse_command_line(argc, argv);
    if (const auto* status = std::get_if<int>(&options)) return *status;
    return serve(std::get<CommandLine>(options));
  } catch (const std::exception& error) {
    std::fputs("latchkey-simulated-key: ", stderr);
    std::fputs(error.what(), stderr);
    std::fputs("\n", stderr);
    return kSoftware;
  }
}
