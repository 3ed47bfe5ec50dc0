// SPDX-License-Identifier: MIT
#pragma once

#include <list>
#include <string>

#include "firmware/monitor/crew.hpp"
#include "firmware/monitor/event_loop.hpp"
#include "firmware/monitor/role_process.hpp"

namespace latchkey::monitor {

/// The crew as real processes: one executable a role, each under a user of its own when the
/// daemon is root.
class ProcessCrew final : public Crew {
 public:
  struct Settings {
    std::string folder;      ///< where the role executables are
    std::uint16_t port = 0;  ///< to listen on; 0: any free one
    /// As root: the users that roles become. Without root nobody can change user, and on a
    /// simulated board there may be no such users.
    bool role_users = false;
  };

  /// `loop` must outlive this.
  ProcessCrew(EventLoop& loop, Settings settings);
  ~ProcessCrew() override;
  ProcessCrew(const ProcessCrew&) = delete;
  ProcessCrew& operator=(const ProcessCrew&) = delete;
  ProcessCrew(ProcessCrew&&) = delete;
  ProcessCrew& operator=(ProcessCrew&&) = delete;

  [[nodiscard]] Result<std::unique_ptr<NetRole>> serve(const roles::ServeWindow& window,
                                                       OnNet on_message) override;
  [[nodiscard]] Result<std::unique_ptr<Job>> verify(const roles::ToVerify& question,
                                                    OnVerdict on_verdict) override;
  [[nodiscard]] Result<std::unique_ptr<Job>> write(const roles::ToKeyfile& order,
                                                   const Account& account,
                                                   OnWritten on_written) override;

 private:
  class Net;
  struct Retiring;

  [[nodiscard]] Result<RoleProcess> start(const char* role, const char* user,
                                          std::vector<int> extra) const;
  /// Lets a process say what it was told to say, then ends it.
  void retire(RoleProcess process);

  EventLoop& loop_;
  Settings settings_;
  std::list<Retiring> retiring_;
};

}  // namespace latchkey::monitor
