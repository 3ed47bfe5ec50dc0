// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "core/crypto/random.hpp"
#include "hal/clock/clock.hpp"
#include "hal/fido/security_keys.hpp"
#include "hal/net/dialer.hpp"
#include "hal/process/runner.hpp"
#include "host/home.hpp"
#include "host/terminal.hpp"

namespace latchkey::host {

/// What the subcommands need from outside. All references outlive the command.
struct Context {
  Home home;
  std::string computer;  ///< this computer's name, shown on the Pi
  process::Runner& runner;
  net::Dialer& dialer;
  clock::Clock& clock;
  crypto::Random& random;
  fido::SecurityKeys& security_keys;
  const Terminal& terminal;
  int standard_input = 0;   ///< where `--code -` reads
  int standard_output = 1;  ///< where `--json` writes
};

}  // namespace latchkey::host
