// SPDX-License-Identifier: MIT
#include "hal/process/sim/scripted_runner.hpp"

#include <utility>

namespace latchkey::process {

ScriptedRunner& ScriptedRunner::expect(std::string program, Answer answer) {
  script_.push_back({std::move(program), std::move(answer)});
  return *this;
}

ScriptedRunner& ScriptedRunner::expect(std::string program, Finished finished) {
  return expect(std::move(program),
                [finished = std::move(finished)](const Command&) { return finished; });
}

Result<Finished> ScriptedRunner::run(const Command& command) {
  history_.push_back(command);
  if (command.arguments.empty()) return fail(Errc::malformed, "running a program without a name");
  const auto& path = command.arguments.front();
  const auto name = path.substr(path.find_last_of('/') + 1);
  if (script_.empty() || script_.front().program != name) {
    return fail(Errc::not_found, "running " + path);
  }
  const auto answer = std::move(script_.front().answer);
  script_.pop_front();
  return answer(command);
}

}  // namespace latchkey::process
