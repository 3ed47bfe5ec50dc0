// SPDX-License-Identifier: MIT
#pragma once

#include <doctest/doctest.h>
#include <cstdio>

#include "core/ssh/public_key_line.hpp"
#include "host/commands.hpp"
#include "host/key_file.hpp"
#include "tests/unit/host/support/laptop.hpp"
#include "tests/unit/host/support/scripted_pi.hpp"

namespace latchkey::host::test {

inline bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// One laptop, one Pi, and a host key that the Pi names.
struct EnrolmentScene {
  EnrolmentScene() {
    options.target = "pi@raspberrypi.local";
    options.host_block = false;
    laptop.make_key("pi_host_key");
    const auto key = KeyFile::read(laptop.path(".ssh/pi_host_key")).value();
    host_key = key.key.blob();
    host_key_line = ssh::format_public_key(key.key, "");
    REQUIRE(::rename(laptop.path(".ssh/pi_host_key").c_str(), laptop.path("host_key").c_str()) ==
            0);
    pi.welcome.host_keys = {host_key};
  }

  ExitCode run() { return enroll(options, laptop.context()); }
  ExitCode run_with_code(const std::string& code) {
    pi.answer(laptop.dialer);
    laptop.type(code);
    return run();
  }

  Laptop laptop;
  ScriptedPi pi{laptop.random};
  EnrollOptions options;
  Bytes host_key;
  std::string host_key_line;
};

}  // namespace latchkey::host::test
