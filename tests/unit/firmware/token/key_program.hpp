// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>
#include <map>
#include <string>
#include <vector>

namespace latchkey::testing {

/// A `latchkey-simulated-key` on a folder, and the person at it. Ended at the end.
class KeyProgram final {
 public:
  /// Makes the folder. `arguments`: as docs/reference/simulated-security-key.md has them.
  KeyProgram(std::string folder, std::vector<std::string> arguments);
  ~KeyProgram();
  KeyProgram(const KeyProgram&) = delete;
  KeyProgram& operator=(const KeyProgram&) = delete;
  KeyProgram(KeyProgram&&) = delete;
  KeyProgram& operator=(KeyProgram&&) = delete;

  /// Puts a PIN into the key's file, and starts it again.
  void set_pin(const std::string& pin, unsigned tries = 8);
  /// plug, unplug, touch yes|no|never|once
  void command(const std::string& line);
  /// Blocks until it waits for a person: "touch", "verification" or "nothing".
  void wait_for(const std::string& what);

  /// What has been counted since the plug, zeros left out: "touches_asked", "pin_tries", …
  [[nodiscard]] std::map<std::string, int> counters();
  [[nodiscard]] int pin_tries_left();
  [[nodiscard]] const std::string& folder() const noexcept { return folder_; }

 private:
  void start();
  void stop();
  [[nodiscard]] std::string answer(const std::string& line);
  [[nodiscard]] std::string read_line();

  std::string folder_;
  std::vector<std::string> arguments_;
  pid_t pid_ = -1;
  int control_ = -1;
  std::string unread_;
};

}  // namespace latchkey::testing
