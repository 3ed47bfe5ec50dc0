// SPDX-License-Identifier: MIT
#pragma once

#include <deque>

#include "hal/fido/sim/ctaphid/report.hpp"

namespace latchkey::fido::sim {

/// Reports that wait for somebody slow. Bounded: when it is full the newest is lost, as with
/// Linux's hidraw.
class ReportQueue final {
 public:
  explicit ReportQueue(std::size_t capacity) noexcept : capacity_(capacity) {}

  [[nodiscard]] bool empty() const noexcept { return reports_.empty(); }
  void clear() noexcept { reports_.clear(); }
  void push(const Report& report) {
    if (reports_.size() < capacity_) reports_.push_back(report);
  }
  /// Hands out reports, oldest first, until `sent` says that no more are taken.
  template <class Sent>
  void drain(Sent sent) {
    while (!reports_.empty() && sent(reports_.front())) reports_.pop_front();
  }

 private:
  std::size_t capacity_;
  std::deque<Report> reports_;
};

}  // namespace latchkey::fido::sim
