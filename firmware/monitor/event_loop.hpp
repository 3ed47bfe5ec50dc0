// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <memory>

#include "core/time.hpp"

namespace latchkey::monitor {

/// One thread that waits for everything (Asio underneath). Idle, it makes no system call.
class EventLoop final {
 public:
  using Handler = std::function<void()>;

  /// Something that is waited for; destroying it stops that, also from inside its handler.
  /// Must not outlive its loop.
  class Watch final {
   public:
    Watch() = default;
    ~Watch();  // NOLINT(bugprone-exception-escape): see event_loop.cpp
    Watch(Watch&&) noexcept;
    Watch& operator=(Watch&&) noexcept;
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;

   private:
    friend class EventLoop;
    struct Waiting;
    explicit Watch(std::shared_ptr<Waiting> waiting) noexcept;
    std::shared_ptr<Waiting> waiting_;
  };

  EventLoop();
  ~EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;
  EventLoop(EventLoop&&) = delete;
  EventLoop& operator=(EventLoop&&) = delete;

  /// Calls the handler whenever the descriptor is readable (or at its end). Does not own it.
  [[nodiscard]] Watch when_readable(int descriptor, Handler handler);
  /// Calls the handler once.
  [[nodiscard]] Watch after(Millis delay, Handler handler);
  /// Calls the handler soon, from the loop.
  void post(Handler handler);

  /// Returns after stop(); may be called again.
  void run();
  void stop();

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

}  // namespace latchkey::monitor
