// SPDX-License-Identifier: MIT
#pragma once

#include <deque>
#include <functional>
#include <memory>

#include "firmware/config/config.hpp"
#include "firmware/monitor/audit_log.hpp"
#include "firmware/monitor/crew.hpp"
#include "firmware/monitor/enrolment.hpp"
#include "firmware/monitor/site.hpp"
#include "firmware/roles/ctl_messages.hpp"
#include "hal/clock/clock.hpp"

namespace latchkey::monitor {

/// `latchkeyctl add`: a key on the administrator's word, through the same checks and the same
/// writer as an enrolment, but with nothing to prove. One at a time, in order.
class ManualAdd final {
 public:
  static constexpr std::size_t kMaxWaiting = 8;  ///< the one being served included
  using OnDone = std::function<void(const roles::FromDaemon&)>;

  /// All must outlive this.
  ManualAdd(const config::Config& config, const clock::Clock& clock, Crew& crew, Site& site,
            AuditLog& log);
  ~ManualAdd();
  ManualAdd(const ManualAdd&) = delete;
  ManualAdd& operator=(const ManualAdd&) = delete;
  ManualAdd(ManualAdd&&) = delete;
  ManualAdd& operator=(ManualAdd&&) = delete;

  /// `on_done` hears AddReply once, perhaps from inside this call; RequestRefused when kMaxWaiting
  /// are waiting already.
  void add(const roles::AddRequest& request, OnDone on_done);

 private:
  struct Request {
    roles::AddRequest asked;
    OnDone on_done;
  };

  void start_next();
  void on_verdict(Result<roles::KeyVerdict> verdict);
  void on_written(Result<roles::KeyfileAnswer> answer);
  void finish(const Verdict& verdict, const std::string& path = {});

  const config::Config& config_;
  const clock::Clock& clock_;
  Crew& crew_;
  Site& site_;
  AuditLog& log_;
  std::deque<Request> requests_;  ///< the first is being served
  std::optional<SiteFacts> facts_;
  const Account* account_ = nullptr;  ///< of facts_
  roles::KeyVerdict key_;
  std::unique_ptr<Job> job_;
};

}  // namespace latchkey::monitor
