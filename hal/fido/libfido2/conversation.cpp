// SPDX-License-Identifier: MIT
#include "hal/fido/libfido2/conversation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "hal/fido/libfido2/errors.hpp"

namespace latchkey::fido {
namespace {

int as_int(Millis time) {
  return static_cast<int>(
      std::clamp<Millis::rep>(time.count(), 0, std::numeric_limits<int>::max()));
}

/// For libfido2, which destroys what it is given.
class Borrowed final : public ReportStream {
 public:
  explicit Borrowed(ReportStream& stream) : stream_(stream) {}
  bool write(const Report& report) override { return stream_.write(report); }
  std::optional<Report> read(std::optional<Millis> timeout) override {
    return stream_.read(timeout);
  }
  [[nodiscard]] bool gone() const noexcept override { return stream_.gone(); }

 private:
  ReportStream& stream_;
};

bool is_about_pin(Trouble trouble) {
  return trouble == Trouble::pin_wrong || trouble == Trouble::pin_needs_replug ||
         trouble == Trouble::pin_blocked;
}

struct Found {
  Trouble trouble;
  std::string detail;
};

/// Only libfido2's own errors can be the stream's fault: a CTAP status is an answer.
Found found(int fido_error, Ending ending, bool waits_for_person) {
  if (fido_error > 0) return {trouble_of(fido_error), word_for(fido_error)};
  switch (ending) {
    case Ending::gone: return {Trouble::removed, {}};
    case Ending::interrupted: return {Trouble::cancelled, {}};
    case Ending::silent: return {Trouble::failed, "it did not answer in time"};
    case Ending::late:
      if (waits_for_person) return {Trouble::timed_out, {}};
      return {Trouble::failed, "it did not come to an end in time"};
    case Ending::none: break;
  }
  return {trouble_of(fido_error), word_for(fido_error)};
}

}  // namespace

Conversation::Conversation(std::unique_ptr<Watch> watch, std::unique_ptr<ReportStream> stream,
                           std::string path, const Patience& patience)
    : watch_(std::move(watch)),
      stream_(std::move(stream)),
      path_(std::move(path)),
      patience_(patience) {}

Attempt<Conversation> Conversation::open(std::unique_ptr<ReportStream> stream,
                                         std::unique_ptr<Watch> watch, std::string path,
                                         const Patience& patience) {
  fido_init(FIDO_DISABLE_U2F_FALLBACK);
  auto under_watch = watched(std::move(stream), *watch);
  Conversation made(std::move(watch), std::move(under_watch), std::move(path), patience);
  auto opened = made.open_device();
  if (opened.error != FIDO_OK) return made.give_up(opened.error, "opening the security key");
  made.device_ = std::move(opened.device);
  return made;
}

OpenedDevice Conversation::open_device() {
  if (!stream_) return {nullptr, FIDO_ERR_INTERNAL};
  waits_for_person_ = false;
  watch_->begin({patience_.step, patience_.person});
  return fido::open_device(std::make_unique<Borrowed>(*stream_), patience_.person);
}

int Conversation::alone(const Command& command) {
  waits_for_person_ = false;
  return run({patience_.step, patience_.person}, device_.get(), command);
}

int Conversation::with_person(const Command& command) {
  waits_for_person_ = true;
  return run({std::nullopt, patience_.person}, device_.get(), command);
}

int Conversation::with_person_by_u2f(const Command& command) {
  if (!fido_dev_is_fido2(device_.get())) return with_person(command);
  const auto second = open_device();
  if (second.error != FIDO_OK) return second.error;
  fido_dev_force_u2f(second.device.get());
  waits_for_person_ = true;
  return run({std::nullopt, patience_.person}, second.device.get(), command);
}

int Conversation::listen(Millis patience, const Command& command) {
  waits_for_person_ = true;
  watch_->begin({std::nullopt, patience});
  return command(device_.get());
}

int Conversation::run(const Limits& limits, fido_dev_t* device, const Command& command) {
  watch_->begin(limits);
  int error = fido_dev_set_timeout(device, as_int(limits.whole));
  // Interrupted before it began: nothing is sent.
  if (error == FIDO_OK && watch_->interrupted()) error = FIDO_ERR_KEEPALIVE_CANCEL;
  if (error == FIDO_OK) error = command(device);
  const auto ending = watch_->ending();
  if (ending != Ending::none && ending != Ending::gone) cancel();
  return error;
}

void Conversation::cancel() {
  // Without an answer there is nothing to be done about it.
  (void)fido_dev_cancel(device_.get());
  watch_->leave_behind();
}

tl::unexpected<Problem> Conversation::give_up(int fido_error, std::string_view doing) {
  auto [trouble, detail] = found(fido_error, watch_->ending(), waits_for_person_);
  Problem problem{trouble, std::string(doing), std::move(detail), path_, std::nullopt};
  // A key may say so in answer to getInfo: then there is nothing open that could be asked.
  if (device_ && is_about_pin(trouble)) {
    int tries = 0;
    const bool asked = alone([&](fido_dev_t* device) {
                         return fido_dev_get_retry_count(device, &tries);
                       }) == FIDO_OK;
    if (asked) problem.tries_left = tries;
  }
  return tl::make_unexpected(std::move(problem));
}

tl::unexpected<Problem> Conversation::give_up(Trouble trouble, std::string_view doing,
                                              std::string detail) const {
  return tl::make_unexpected(
      Problem{trouble, std::string(doing), std::move(detail), path_, std::nullopt});
}

}  // namespace latchkey::fido
