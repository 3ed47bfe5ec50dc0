// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "firmware/token/token_work.hpp"
#include "tests/unit/firmware/token/scripted_keys.hpp"

namespace latchkey::testing {

/// What the monitor orders while nobody waits, and on behalf of a laptop.
[[nodiscard]] roles::MakeKey unattended_order();
[[nodiscard]] roles::MakeKey attended_order();

/// The role's work between a monitor that writes down what it hears and scripted keys.
class Workbench final {
 public:
  Workbench();
  ~Workbench();
  Workbench(const Workbench&) = delete;
  Workbench& operator=(const Workbench&) = delete;
  Workbench(Workbench&&) = delete;
  Workbench& operator=(Workbench&&) = delete;

  ScriptedKeys keys;

  /// Changes what is plugged in, and has it seen.
  void plug(const std::string& path = "/dev/hidraw0", const std::string& name = "Key");
  void unplug(const std::string& path = "/dev/hidraw0");
  /// Has it seen once more.
  void look() { work.see(keys.plugged); }

  void hear(const roles::ToToken& message);
  void type(const std::string& pin);
  /// Every step that there is, pauses included; fails the test when there is no end to them.
  void run();
  /// The interrupt, as a message or a change in the list sets it off.
  void interrupt();
  void end_interrupt();

  /// What was told since the last call: "arrived Key", "second", "left", "touch", "pin 8",
  /// "wrong 7", "made", "signed", "failed pin-blocked".
  [[nodiscard]] std::vector<std::string> told();
  /// The last KeyMade and TokenFailed.
  [[nodiscard]] const roles::KeyMade& made() const { return *made_; }
  [[nodiscard]] const roles::TokenFailed& failed() const { return *failed_; }

 private:
  std::vector<std::string> told_;
  std::optional<roles::KeyMade> made_;
  std::optional<roles::TokenFailed> failed_;
  int interrupt_ = -1;

 public:
  token::TokenWork work;
};

using Told = std::vector<std::string>;

}  // namespace latchkey::testing
