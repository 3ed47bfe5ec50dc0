// SPDX-License-Identifier: MIT
#pragma once

#include <list>
#include <string>

#include "firmware/monitor/crew.hpp"
#include "firmware/monitor/event_loop.hpp"
#include "firmware/monitor/role_process.hpp"
#include "firmware/monitor/strays.hpp"

namespace latchkey::monitor {

/// The crew as real processes: one executable a role, each under a user of its own when the
/// daemon is root. A role that has not answered at its deadline is Errc::timed_out.
class ProcessCrew final : public Crew {
 public:
  struct Settings {
    std::string folder;      ///< where the role executables are
    std::uint16_t port = 0;  ///< to listen on; 0: any free one
    /// On a simulated board roles get a test's environment. On a real one, as root, each becomes
    /// its user; without root nobody can, and on a simulated board there may be no such users.
    bool simulated = true;
    Millis verify_deadline{10'000};
    Millis writer_deadline{5'000};  ///< the user can stop a process that carries his uid
    Millis last_words{2'000};       ///< for net and token to finish what they were told to do
  };

  /// `loop` must outlive this, and this whatever it started.
  ProcessCrew(EventLoop& loop, Settings settings);
  ~ProcessCrew() override;
  ProcessCrew(const ProcessCrew&) = delete;
  ProcessCrew& operator=(const ProcessCrew&) = delete;
  ProcessCrew(ProcessCrew&&) = delete;
  ProcessCrew& operator=(ProcessCrew&&) = delete;

  [[nodiscard]] Result<std::unique_ptr<NetRole>> serve(const roles::ServeWindow& window,
                                                       OnNet on_message) override;
  [[nodiscard]] Result<std::unique_ptr<TokenRole>> watch_keys(const roles::WatchKeys& watch,
                                                              OnToken on_message) override;
  [[nodiscard]] Result<std::unique_ptr<Job>> verify(const roles::ToVerify& question,
                                                    OnVerdict on_verdict) override;
  [[nodiscard]] Result<std::unique_ptr<Job>> write(const roles::ToKeyfile& order,
                                                   const Account& account,
                                                   OnWritten on_written) override;

 private:
  template <class Role, class To, class From>
  class Conversation;
  class Net;
  struct Retiring;

  [[nodiscard]] Result<RoleProcess> start(const char* role, const char* user,
                                          std::vector<int> extra);
  [[nodiscard]] Result<RoleProcess> start(const RoleCommand& command);
  /// Lets a process finish what it was told to do, then ends it.
  void retire(RoleProcess process);

  EventLoop& loop_;
  Settings settings_;
  Strays strays_{loop_};
  std::list<Retiring> retiring_;
};

}  // namespace latchkey::monitor
