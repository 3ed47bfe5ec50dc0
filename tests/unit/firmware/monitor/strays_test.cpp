// SPDX-License-Identifier: MIT
#include "firmware/monitor/strays.hpp"

#include <doctest/doctest.h>
#include <unistd.h>
#include <functional>

#include "tests/unit/firmware/monitor/role_folder.hpp"

using namespace latchkey;
using monitor::EventLoop;
using monitor::Strays;

namespace {

/// A child that lives until it is let go.
struct Child {
  Child() {
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    pid = ::fork();
    if (pid == 0) {
      ::close(ends[1]);
      char byte = 0;
      (void)!::read(ends[0], &byte, 1);
      ::_exit(0);
    }
    ::close(ends[0]);
    held = ends[1];
  }
  void let_go() const { ::close(held); }

  pid_t pid = -1;
  int held = -1;
};

}  // namespace

TEST_CASE("a stray is collected when it has ended, however long that takes") {
  EventLoop loop;
  Strays strays(loop, Millis{1});
  const Child first;
  strays.adopt(first.pid);
  const Child second;  // has the first one's pipe, and lets go of it at its own end
  strays.adopt(second.pid);
  int looks = 0;
  EventLoop::Watch watch;
  const std::function<void()> look = [&] {
    if (++looks == 20) {
      CHECK(strays.count() == 2);
      first.let_go();
      second.let_go();
    }
    if (strays.count() == 0 || looks == 20'000) return loop.stop();
    watch = loop.after(Millis{1}, look);
  };
  look();
  loop.run();
  CHECK(looks >= 20);
  CHECK(strays.count() == 0);
  CHECK_FALSE(testing::has_children());
}
