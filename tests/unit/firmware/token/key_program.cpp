// SPDX-License-Identifier: MIT
#include "tests/unit/firmware/token/key_program.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>
#include <algorithm>
#include <array>
#include <csignal>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/crypto/hash.hpp"
#include "hal/fido/sim/program/key_files.hpp"
#include "tests/unit/firmware/support/role_process.hpp"

namespace latchkey::testing {
namespace {

constexpr std::array kCounters{"touches_asked",       "touches_given", "verifications_asked",
                               "verifications_given", "pin_tries",     "wrong_pins",
                               "signatures",          "cancelled",     "timed_out"};

/// One line, without its end, from a descriptor.
std::string take_line(int descriptor, std::string& unread) {
  while (unread.find('\n') == std::string::npos) {
    REQUIRE(wait_readable(descriptor));
    std::array<char, 65536> piece{};
    const auto got = ::read(descriptor, piece.data(), piece.size());
    REQUIRE(got > 0);
    unread.append(piece.data(), static_cast<std::size_t>(got));
  }
  const auto end = unread.find('\n');
  const auto line = unread.substr(0, end);
  unread.erase(0, end + 1);
  return line;
}

}  // namespace

KeyProgram::KeyProgram(std::string folder, std::vector<std::string> arguments)
    : folder_(std::move(folder)), arguments_(std::move(arguments)) {
  REQUIRE(::mkdir(folder_.c_str(), 0700) == 0);
  start();
}

KeyProgram::~KeyProgram() { stop(); }

void KeyProgram::start() {
  std::array<int, 2> output{};
  REQUIRE(::pipe2(output.data(), O_CLOEXEC) == 0);
  std::vector<char*> arguments{const_cast<char*>(LATCHKEY_SIMULATED_KEY)};
  for (auto& argument : arguments_) arguments.push_back(argument.data());
  arguments.push_back(folder_.data());
  arguments.push_back(nullptr);
  pid_ = ::fork();
  REQUIRE(pid_ >= 0);
  if (pid_ == 0) {
    ::dup2(output[1], STDOUT_FILENO);
    const int log = ::open((folder_ + "/log").c_str(), O_CREAT | O_WRONLY | O_APPEND, 0600);
    ::dup2(log, STDERR_FILENO);
    ::execv(LATCHKEY_SIMULATED_KEY, arguments.data());
    ::_exit(127);
  }
  ::close(output[1]);
  std::string unread;
  CHECK(take_line(output[0], unread) == "READY " + folder_);
  ::close(output[0]);

  control_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const auto path = folder_ + "/key.sock";
  REQUIRE(path.size() < sizeof address.sun_path);
  std::copy(path.begin(), path.end(), std::begin(address.sun_path));
  REQUIRE(::connect(control_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
}

void KeyProgram::stop() {
  if (control_ >= 0) ::close(std::exchange(control_, -1));
  unread_.clear();
  if (pid_ > 0) {
    ::kill(pid_, SIGTERM);
    ::waitpid(std::exchange(pid_, -1), nullptr, 0);
  }
}

void KeyProgram::set_pin(const std::string& pin, unsigned tries) {
  stop();
  const fido::sim::KeyFiles files(folder_);
  auto state = files.load();
  REQUIRE(state.has_value());
  REQUIRE(state->has_value());
  const auto hash = crypto::sha256(as_bytes(pin));
  auto& key = **state;
  std::copy_n(hash->begin(), 16, key.pin_hash.emplace().begin());
  key.pin_code_points = static_cast<std::uint8_t>(pin.size());
  key.pin_tries = static_cast<std::uint8_t>(tries);
  REQUIRE(files.save(key).has_value());
  start();
}

std::string KeyProgram::read_line() { return take_line(control_, unread_); }

std::string KeyProgram::answer(const std::string& line) {
  const auto whole = line + "\n";
  REQUIRE(::send(control_, whole.data(), whole.size(), MSG_NOSIGNAL) ==
          static_cast<ssize_t>(whole.size()));
  while (true) {
    auto said = read_line();
    if (!said.starts_with("waiting ")) return said;
  }
}

void KeyProgram::command(const std::string& line) { REQUIRE(answer(line) == "ok"); }

void KeyProgram::wait_for(const std::string& what) {
  const auto waiting = nlohmann::json::parse(answer("state")).at("waiting");
  auto now = waiting.is_null() ? std::string("nothing") : waiting.get<std::string>();
  constexpr std::string_view kWaiting = "waiting ";
  while (now != what) {
    const auto line = read_line();
    if (line.starts_with(kWaiting)) now = line.substr(kWaiting.size());
  }
}

std::map<std::string, int> KeyProgram::counters() {
  const auto state = nlohmann::json::parse(answer("state"));
  std::map<std::string, int> counted;
  for (const auto* name : kCounters) {
    if (const auto count = state.at(name).get<int>(); count != 0) counted[name] = count;
  }
  return counted;
}

int KeyProgram::pin_tries_left() {
  return nlohmann::json::parse(answer("state")).at("pin_tries_left").get<int>();
}

}  // namespace latchkey::testing
