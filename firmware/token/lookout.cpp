// SPDX-License-Identifier: MIT
#include "firmware/token/lookout.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include <algorithm>
#include <cerrno>
#include <system_error>

namespace latchkey::token {
namespace {

constexpr const char* kDoing = "watching for security keys";

/// Whether it is readable within the time.
bool wait_readable(int descriptor, Millis patience) {
  pollfd polled{descriptor, POLLIN, 0};
  return ::poll(&polled, 1, static_cast<int>(patience.count())) > 0;
}

}  // namespace

Result<std::unique_ptr<Lookout>> Lookout::start(std::unique_ptr<fido::SecurityKeys> keys) {
  const int news = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (news < 0) return fail_errno(errno, kDoing);
  const int stop = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (stop < 0) {
    const int error = errno;
    ::close(news);
    return fail_errno(error, kDoing);
  }
  std::unique_ptr<Lookout> lookout(new Lookout(std::move(keys), news, stop));
  try {
    lookout->thread_ = std::thread(&Lookout::watch, lookout.get());
  } catch (const std::system_error& error) {
    return fail_errno(error.code().value(), kDoing);
  }
  return lookout;
}

Lookout::Lookout(std::unique_ptr<fido::SecurityKeys> keys, int news, int stop)
    : keys_(std::move(keys)), news_(news), stop_(stop) {}

Lookout::~Lookout() {
  ::eventfd_write(stop_, 1);
  if (thread_.joinable()) thread_.join();
  ::close(news_);
  ::close(stop_);
}

void Lookout::watch() {
  do {
    look();
  } while (!wait_readable(stop_, kLookEvery));
}

void Lookout::look() {
  auto list = keys_->list();
  if (!list) return;
  std::sort(list->begin(), list->end(),
            [](const auto& one, const auto& other) { return one.path < other.path; });
  const std::lock_guard lock(mutex_);
  list_ = std::move(*list);
  looked_ = true;
  if (!taken_ || *taken_ != list_) ::eventfd_write(news_, 1);
}

std::optional<std::vector<fido::PluggedKey>> Lookout::take() {
  const std::lock_guard lock(mutex_);
  eventfd_t count = 0;
  (void)::eventfd_read(news_, &count);
  if (!looked_ || taken_ == list_) return std::nullopt;
  taken_ = list_;
  return list_;
}

}  // namespace latchkey::token
