// SPDX-License-Identifier: MIT
#include "firmware/monitor/manual_add.hpp"

#include <utility>

namespace latchkey::monitor {
namespace {

using channel::ResultCode;

Verdict fault(const Error& error) {
  return {ResultCode::internal, "A fault on the Pi: " + error.message() + "."};
}

}  // namespace

ManualAdd::ManualAdd(const config::Config& config, const clock::Clock& clock, Crew& crew,
                     Site& site, AuditLog& log)
    : config_(config), clock_(clock), crew_(crew), site_(site), log_(log) {}

ManualAdd::~ManualAdd() = default;

void ManualAdd::add(const roles::AddRequest& request, OnDone on_done) {
  if (requests_.size() >= kMaxWaiting) {
    roles::RequestRefused refused;
    refused.text.assign_cut("Too many keys are waiting to be added; try again.");
    return on_done(refused);
  }
  requests_.push_back({request, std::move(on_done)});
  if (requests_.size() == 1) start_next();
}

void ManualAdd::start_next() {
  if (requests_.empty()) return;
  auto facts = site_.survey();
  if (!facts) return finish(fault(facts.error()));
  facts_ = std::move(*facts);
  const auto& asked = requests_.front().asked;
  account_ = account_for(*facts_, asked.account.view());
  if (account_ == nullptr) return finish(account_refused(*facts_, asked.account.view()));
  roles::LineQuestion question;
  question.line = asked.line;
  auto job = crew_.verify(question, [this](auto verdict) { on_verdict(std::move(verdict)); });
  if (!job) return finish(fault(job.error()));
  job_ = std::move(*job);
}

void ManualAdd::on_verdict(Result<roles::KeyVerdict> verdict) {
  job_.reset();
  if (!verdict) return finish(fault(verdict.error()));
  key_ = *verdict;
  if (const auto judged = judge(config_.policy, *facts_, key_, false); !judged.ok()) {
    return finish(judged);
  }
  const auto destination = site_.destination(*account_, key_.key_type.str(), {});
  if (!destination) return finish(fault(destination.error()));
  if (destination->code != ResultCode::added) {
    return finish({destination->code, destination->text});
  }
  const auto now = clock_.wall();
  const auto order =
      order_for(config_, *account_, *destination, key_, limit(config_.policy, {}, now), now);
  if (!order) return finish(fault(order.error()));
  auto job = crew_.write(*order, *account_, [this](auto answer) { on_written(std::move(answer)); });
  if (!job) return finish(fault(job.error()));
  job_ = std::move(*job);
}

void ManualAdd::on_written(Result<roles::KeyfileAnswer> answer) {
  job_.reset();
  finish(written(answer), answer ? answer->path.str() : std::string());
}

void ManualAdd::finish(const Verdict& verdict, const std::string& path) {
  roles::AddReply reply;
  reply.code = verdict.code;
  reply.text.assign_cut(verdict.text);
  reply.fingerprint = key_.fingerprint;
  reply.path.assign_cut(path);
  (void)log_.append({"manual-" + event_name(verdict.code),
                     {{"account", account_ == nullptr ? "" : account_->name},
                      {"key_type", key_.key_type.str()},
                      {"fingerprint", key_.fingerprint.str()},
                      {"path", path},
                      {"text", verdict.text}}},
                    clock_.wall());
  key_ = {};
  account_ = nullptr;
  facts_.reset();
  // Still first in line: if this asks for more, that waits its turn.
  requests_.front().on_done(reply);
  requests_.pop_front();
  start_next();
}

}  // namespace latchkey::monitor
