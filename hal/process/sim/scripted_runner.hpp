// SPDX-License-Identifier: MIT
#pragma once

#include <deque>
#include <functional>

#include "hal/process/runner.hpp"

namespace latchkey::process {

/// Answers in place of real programs: each expected call once, in order; anything else is
/// Errc::not_found. history() has what was asked for.
class ScriptedRunner final : public Runner {
 public:
  using Answer = std::function<Result<Finished>(const Command&)>;

  /// The next call must be of a program whose name (last path component) is `program`.
  ScriptedRunner& expect(std::string program, Answer answer);
  ScriptedRunner& expect(std::string program, Finished finished);

  [[nodiscard]] Result<Finished> run(const Command& command) override;

  [[nodiscard]] const std::vector<Command>& history() const noexcept { return history_; }
  [[nodiscard]] bool all_answered() const noexcept { return script_.empty(); }

 private:
  struct Expected {
    std::string program;
    Answer answer;
  };
  std::deque<Expected> script_;
  std::vector<Command> history_;
};

}  // namespace latchkey::process
