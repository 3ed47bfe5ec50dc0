// SPDX-License-Identifier: MIT
#include "hal/fido/libfido2/watched_stream.hpp"

#include <poll.h>

#include <algorithm>
#include <utility>

#include "hal/fido/libfido2/answer_guard.hpp"

namespace latchkey::fido {
namespace {

// For what a key still says to a command that was given up: its answer to CANCEL takes no longer.
constexpr Millis kLastWord{100};
constexpr Millis kLastWords{300};

}  // namespace

void Watch::begin(const Limits& limits) {
  limits_ = limits;
  whole_until_ = clock_.now() + limits.whole;
  step_until_ = clock_.now() + limits.step.value_or(limits.whole);
  ending_ = Ending::none;
}

bool Watch::interrupted() const {
  pollfd polled{interrupt_, POLLIN, 0};
  return interrupt_ >= 0 && ::poll(&polled, 1, 0) > 0;
}

std::optional<Millis> Watch::left(std::optional<Millis> timeout) const {
  const auto until = std::min(whole_until_, step_until_);
  const Millis left = until - clock_.now();
  if (left <= Millis::zero()) return std::nullopt;
  return timeout ? std::min(*timeout, left) : left;
}

void Watch::end(bool stream_gone) {
  if (stream_gone) {
    ending_ = Ending::gone;
  } else if (interrupted()) {
    ending_ = Ending::interrupted;
  } else {
    // libfido2's own time may be over before the clock's: it rounds, and sleeps.
    ending_ = step_until_ < whole_until_ ? Ending::silent : Ending::late;
  }
}

class WatchedStream final : public ReportStream {
 public:
  WatchedStream(std::unique_ptr<ReportStream> stream, Watch& watch)
      : stream_(std::move(stream)), watch_(watch) {}

  bool write(const Report& report) override {
    if (std::exchange(watch_.unread_, false)) drop_last_words();
    if (watch_.limits_.step) watch_.step_until_ = watch_.clock_.now() + *watch_.limits_.step;
    guard_.sent(report);
    const bool written = stream_->write(report);
    if (!written && stream_->gone()) watch_.end(true);
    return written;
  }

  std::optional<Report> read(std::optional<Millis> timeout) override {
    const auto left = watch_.left(timeout);
    std::optional<Report> report;
    if (left && !watch_.interrupted()) report = stream_->read(left);
    if (!report) watch_.end(stream_->gone());
    if (report && !guard_.bearable(*report)) return std::nullopt;
    return report;
  }

  [[nodiscard]] bool gone() const noexcept override { return stream_->gone(); }

 private:
  void drop_last_words() {
    const auto until = watch_.clock_.now() + kLastWords;
    while (watch_.clock_.now() < until && stream_->read(kLastWord)) {
    }
  }

  std::unique_ptr<ReportStream> stream_;
  Watch& watch_;
  AnswerGuard guard_;
};

std::unique_ptr<ReportStream> watched(std::unique_ptr<ReportStream> stream, Watch& watch) {
  if (!stream) return nullptr;
  return std::make_unique<WatchedStream>(std::move(stream), watch);
}

}  // namespace latchkey::fido
