// SPDX-License-Identifier: MIT
#include "firmware/monitor/event_loop.hpp"

#include <doctest/doctest.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include <cstdint>
#include <optional>
#include <vector>

#include "hal/descriptor.hpp"

using namespace latchkey;
using monitor::EventLoop;

namespace {

/// Readable from the start, and until it is read.
class Bell final {
 public:
  Bell() { ring(); }
  void ring() const { REQUIRE(::eventfd_write(event_.number(), 1) == 0); }
  void silence() const {
    eventfd_t ignored = 0;
    (void)::eventfd_read(event_.number(), &ignored);
  }
  [[nodiscard]] int descriptor() const { return event_.number(); }

 private:
  hal::Descriptor event_{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
};

}  // namespace

TEST_CASE("a handler is called as long as there is something to read") {
  EventLoop loop;
  const Bell bell;
  int heard = 0;
  const auto watch = loop.when_readable(bell.descriptor(), [&] {
    if (++heard == 3) loop.stop();
  });
  loop.run();
  CHECK(heard == 3);
}

TEST_CASE("a watch may go from inside its own handler") {
  EventLoop loop;
  const Bell bell;
  int heard = 0;
  // What the handler holds must live until it returns, though the watch is gone.
  const auto held = std::make_shared<int>(7);
  std::optional<EventLoop::Watch> watch;
  SUBCASE("destroyed") {
    watch = loop.when_readable(bell.descriptor(), [&, held] {
      watch.reset();
      heard += *held;
    });
  }
  SUBCASE("assigned over") {
    watch = loop.when_readable(bell.descriptor(), [&, held] {
      *watch = {};
      heard += *held;
    });
  }
  SUBCASE("a timer") {
    watch = loop.after(Millis(0), [&, held] {
      watch.reset();
      heard += *held;
    });
  }
  const auto end = loop.after(Millis(20), [&] { loop.stop(); });
  loop.run();
  CHECK(heard == 7);
}

TEST_CASE("a handler may end another watch that is due in the same turn") {
  EventLoop loop;
  const Bell first_bell;
  const Bell second_bell;
  int heard = 0;
  std::vector<EventLoop::Watch> watches;
  for (const auto* bell : {&first_bell, &second_bell}) {
    watches.push_back(loop.when_readable(bell->descriptor(), [&] {
      ++heard;
      watches.clear();
    }));
  }
  const auto end = loop.after(Millis(20), [&] { loop.stop(); });
  loop.run();
  CHECK(heard == 1);
}

TEST_CASE("a timer that is cancelled stays silent") {
  EventLoop loop;
  bool rang = false;
  auto timer = loop.after(Millis(5), [&] { rang = true; });
  auto due = loop.after(Millis(0), [&] { rang = true; });
  const auto end = loop.after(Millis(20), [&] { loop.stop(); });
  timer = {};
  loop.post([&] { due = {}; });
  loop.run();
  CHECK_FALSE(rang);
}

TEST_CASE("timers ring in order, once") {
  EventLoop loop;
  std::vector<int> order;
  const auto second = loop.after(Millis(10), [&] { order.push_back(2); });
  const auto first = loop.after(Millis(1), [&] { order.push_back(1); });
  const auto end = loop.after(Millis(20), [&] { loop.stop(); });
  loop.run();
  CHECK(order == std::vector<int>{1, 2});
}

TEST_CASE("the descriptor stays its owner's, and may be closed before the watch goes") {
  EventLoop loop;
  auto bell = std::make_unique<Bell>();
  int heard = 0;
  auto watch = std::make_unique<EventLoop::Watch>(loop.when_readable(bell->descriptor(), [&] {
    ++heard;
    loop.stop();
  }));
  loop.run();
  watch.reset();
  bell->ring();
  bell->silence();
  watch = std::make_unique<EventLoop::Watch>(loop.when_readable(bell->descriptor(), [&] {
    ++heard;
    loop.stop();
  }));
  bell.reset();
  watch.reset();
  const auto end = loop.after(Millis(5), [&] { loop.stop(); });
  loop.run();
  CHECK(heard == 1);
}

TEST_CASE("a loop ends with things still waited for") {
  const Bell bell;
  EventLoop loop;
  const auto watch = loop.when_readable(bell.descriptor(), [] {});
  const auto timer = loop.after(Millis(3'600'000), [] {});
  loop.post([&] { loop.stop(); });
  loop.run();
}

TEST_CASE("a stopped loop can be run again, and one that is stopped first returns at once") {
  EventLoop loop;
  int runs = 0;
  for (int i = 0; i < 2; ++i) {
    loop.post([&] {
      ++runs;
      loop.stop();
    });
    loop.run();
  }
  CHECK(runs == 2);
  loop.stop();
  loop.run();
}
