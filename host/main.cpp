// SPDX-License-Identifier: MIT
#include <unistd.h>
#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <memory>
#include <type_traits>

#include "core/crypto/random.hpp"
#include "hal/clock/linux/boottime_clock.hpp"
#include "hal/fido/linux/linux_security_keys.hpp"
#include "hal/fido/sim/socket/folders.hpp"
#include "hal/fido/sim/socket/sim_security_keys.hpp"
#include "hal/net/linux/tcp_dialer.hpp"
#include "hal/process/linux/posix_runner.hpp"
#include "host/command_line.hpp"
#include "host/commands.hpp"
#include "host/report.hpp"

namespace {

using namespace latchkey;
using namespace latchkey::host;

std::string computer_name() {
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0) return {};
  return name.data();
}

/// With --json nothing but our object may reach standard output, whatever ssh and its friends
/// print: they get standard error in its place. Returns where the object goes.
int set_output_aside() {
  const int aside = ::dup(STDOUT_FILENO);
  if (aside >= 0) ::dup2(STDERR_FILENO, STDOUT_FILENO);
  return aside >= 0 ? aside : STDOUT_FILENO;
}

/// Those that are plugged in; simulated ones where the environment names their folders.
std::unique_ptr<fido::SecurityKeys> security_keys_of(const clock::Clock& clock) {
  const char* const folders =
      std::getenv(fido::sim::kFoldersVariable);  // NOLINT(concurrency-mt-unsafe): one thread
  if (folders == nullptr || *folders == '\0') {
    return std::make_unique<fido::LinuxSecurityKeys>(clock);
  }
  return std::make_unique<fido::sim::SimSecurityKeys>(fido::sim::split_folders(folders), clock);
}

ExitCode run(const Request& request) {
  if (const auto* wanted = std::get_if<TextWanted>(&request)) {
    write_out(STDOUT_FILENO, wanted->text);
    return ExitCode::ok;
  }
  if (const auto* wrong = std::get_if<UsageError>(&request)) {
    write_out(STDERR_FILENO, wrong->text);
    return ExitCode::usage;
  }
  const bool json = std::visit(
      [](const auto& options) {
        if constexpr (requires { options.json; })
          return options.json;
        else
          return false;
      },
      request);
  const int output = json ? set_output_aside() : STDOUT_FILENO;
  const Terminal terminal(Terminal::standard(json));
  auto home = Home::find();
  if (!home) {
    const Failure failure{Reason::internal, home.error().message() + ".", {}};
    terminal.failure(failure);
    if (json) write_out(output, to_json(failure));
    return exit_code_of(failure.reason);
  }
  process::PosixRunner runner;
  net::TcpDialer dialer;
  clock::BoottimeClock clock;
  crypto::SystemRandom random;
  const auto security_keys = security_keys_of(clock);
  const Context context{std::move(*home), computer_name(), runner,   dialer,       clock,
                        random,           *security_keys,  terminal, STDIN_FILENO, output};
  if (const auto* options = std::get_if<EnrollOptions>(&request)) return enroll(*options, context);
  if (const auto* options = std::get_if<KeygenOptions>(&request)) return keygen(*options, context);
  if (const auto* options = std::get_if<KeysOptions>(&request)) return keys(*options, context);
  if (const auto* options = std::get_if<AdoptOptions>(&request)) return adopt(*options, context);
  return agent_add(std::get<AgentOptions>(request), context);
}

}  // namespace

int main(int argc, char** argv) {
  // A reader that has left (| head) shall not end an enrolment in the middle.
  ::signal(SIGPIPE, SIG_IGN);
  try {
    return static_cast<int>(run(parse_command_line(argc, argv, LATCHKEY_VERSION)));
  } catch (const std::exception& error) {
    std::fputs("latchkey: ", stderr);
    std::fputs(error.what(), stderr);
    std::fputs("\n", stderr);
    return static_cast<int>(ExitCode::software);
  }
}
