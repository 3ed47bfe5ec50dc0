// SPDX-License-Identifier: MIT
#include "firmware/monitor/event_loop.hpp"

#include <fcntl.h>
#include <asio/io_context.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>
#include <optional>
#include <utility>

namespace latchkey::monitor {

struct EventLoop::Context {
  asio::io_context io{1};
};

struct EventLoop::Watch::Waiting {
  Handler handler;
  std::optional<asio::posix::stream_descriptor> descriptor;
  std::optional<asio::steady_timer> timer;
  bool cancelled = false;

  static void wait(const std::shared_ptr<Waiting>& self) {
    self->descriptor->async_wait(asio::posix::stream_descriptor::wait_read,
                                 [self](const std::error_code& error) {
                                   if (error || self->cancelled) return;
                                   self->handler();
                                   if (!self->cancelled) wait(self);
                                 });
  }
};

EventLoop::Watch::Watch(std::shared_ptr<Waiting> waiting) noexcept : waiting_(std::move(waiting)) {}

// NOLINTNEXTLINE(bugprone-exception-escape): cancelling a timer of a living loop does not throw
EventLoop::Watch::~Watch() {
  if (!waiting_) return;
  waiting_->cancelled = true;
  std::error_code ignored;
  // A duplicate is what Asio watches: closing it leaves the owner's descriptor alone.
  if (waiting_->descriptor) waiting_->descriptor->close(ignored);
  if (waiting_->timer) waiting_->timer->cancel();
}

EventLoop::Watch::Watch(Watch&&) noexcept = default;

EventLoop::Watch& EventLoop::Watch::operator=(Watch&& other) noexcept {
  std::swap(waiting_, other.waiting_);
  return *this;
}

EventLoop::EventLoop() : context_(std::make_unique<Context>()) {}
EventLoop::~EventLoop() = default;

EventLoop::Watch EventLoop::when_readable(int descriptor, Handler handler) {
  auto waiting = std::make_shared<Watch::Waiting>();
  waiting->handler = std::move(handler);
  waiting->descriptor.emplace(context_->io, ::fcntl(descriptor, F_DUPFD_CLOEXEC, 0));
  Watch::Waiting::wait(waiting);
  return Watch(std::move(waiting));
}

EventLoop::Watch EventLoop::after(Millis delay, Handler handler) {
  auto waiting = std::make_shared<Watch::Waiting>();
  waiting->handler = std::move(handler);
  waiting->timer.emplace(context_->io, delay);
  waiting->timer->async_wait([waiting](const std::error_code& error) {
    if (!error && !waiting->cancelled) waiting->handler();
  });
  return Watch(std::move(waiting));
}

void EventLoop::post(Handler handler) { asio::post(context_->io, std::move(handler)); }

void EventLoop::run() {
  {
    const auto work = asio::make_work_guard(context_->io);
    context_->io.run();
  }  // the last work to go stops the context once more
  context_->io.restart();
}

void EventLoop::stop() { context_->io.stop(); }

}  // namespace latchkey::monitor
