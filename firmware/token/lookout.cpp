// SPDX-License-Identifier: MIT
#include "firmware/token/lookout.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

namespace latchkey::token {
namespace {

constexpr const char* kDoing = "watching for security keys";

}  // namespace

Result<std::unique_ptr<Lookout>> Lookout::start(std::unique_ptr<fido::SecurityKeys> keys,
                                                std::unique_ptr<usb::Hotplug> hotplug, Pace pace) {
  Events events;
  for (auto* event : {&events.news, &events.stop, &events.stir}) {
    *event = hal::Descriptor(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (!event->open()) return fail_errno(errno, kDoing);
  }
  std::unique_ptr<Lookout> lookout(
      new Lookout(std::move(keys), std::move(hotplug), pace, std::move(events)));
  try {
    lookout->thread_ = std::thread(&Lookout::watch, lookout.get());
  } catch (const std::system_error& error) {
    return fail_errno(error.code().value(), kDoing);
  }
  return lookout;
}

Lookout::Lookout(std::unique_ptr<fido::SecurityKeys> keys, std::unique_ptr<usb::Hotplug> hotplug,
                 Pace pace, Events events)
    : keys_(std::move(keys)),
      hotplug_(std::move(hotplug)),
      pace_(pace),
      rhythm_(pace),
      events_(std::move(events)) {}

Lookout::~Lookout() {
  ::eventfd_write(events_.stop.number(), 1);
  if (thread_.joinable()) thread_.join();
}

void Lookout::stir() { ::eventfd_write(events_.stir.number(), 1); }

void Lookout::watch() {
  do {
    look();
  } while (wait());
}

bool Lookout::wait() {
  const auto patience = hotplug_ ? rhythm_.after_look() : pace_.slow;
  // poll(2) ignores -1.
  std::array<pollfd, 3> polled{{{events_.stop.number(), POLLIN, 0},
                                {events_.stir.number(), POLLIN, 0},
                                {hotplug_ ? hotplug_->descriptor() : -1, POLLIN, 0}}};
  (void)::poll(polled.data(), polled.size(), static_cast<int>(patience.count()));
  if (polled[0].revents != 0) return false;
  if (polled[1].revents != 0) {
    eventfd_t count = 0;
    (void)::eventfd_read(events_.stir.number(), &count);
    rhythm_.stir();
  }
  if (polled[2].revents != 0) hear_hotplug();
  return true;
}

void Lookout::hear_hotplug() {
  const auto changed = hotplug_->take();
  if (!changed) {
    hotplug_.reset();
  } else if (*changed) {
    rhythm_.stir();
  }
}

void Lookout::look() {
  auto list = keys_->list();
  if (!list) return;
  std::sort(list->begin(), list->end(),
            [](const auto& one, const auto& other) { return one.path < other.path; });
  const std::lock_guard lock(mutex_);
  list_ = std::move(*list);
  looked_ = true;
  if (!taken_ || *taken_ != list_) ::eventfd_write(events_.news.number(), 1);
}

std::optional<std::vector<fido::PluggedKey>> Lookout::take() {
  const std::lock_guard lock(mutex_);
  eventfd_t count = 0;
  (void)::eventfd_read(events_.news.number(), &count);
  if (!looked_ || taken_ == list_) return std::nullopt;
  taken_ = list_;
  return list_;
}

}  // namespace latchkey::token
