// SPDX-License-Identifier: MIT
#include "hal/local_socket/line_server.hpp"

#include <doctest/doctest.h>

#include "tests/unit/hal/clock/readable.hpp"
#include "tests/unit/hal/local_socket/visitor.hpp"
#include "tests/unit/temp_folder.hpp"

using namespace latchkey;
using hal::LineServer;
using test::Visitor;

namespace {

/// Says what it heard; `later` waits for an answer.
struct Echo final : LineServer::Talk {
  std::string greeting() override { return "welcome"; }
  std::optional<std::string> obey(LineServer::ClientId client, const std::string& line) override {
    last = client;
    if (line == "later") return std::nullopt;
    return "heard " + line;
  }
  LineServer::ClientId last = 0;
};

struct Bench {
  explicit Bench(std::size_t max_output = 100) : server(open(max_output)) {}

  LineServer open(std::size_t max_output) const {
    auto opened = LineServer::open({folder.path(), "echo.sock", "taken"}, max_output);
    REQUIRE(opened.has_value());
    return std::move(*opened);
  }
  void pump() {
    for (int rounds = 0; test::readable(server.descriptor()); ++rounds) {
      REQUIRE(rounds < 1'000);
      REQUIRE(server.pump(talk).has_value());
    }
  }

  test::TempFolder folder;
  LineServer server;
  Echo talk;
};

}  // namespace

TEST_CASE("a client is greeted, and its lines are answered in order") {
  Bench bench;
  Visitor visitor(bench.server.path());
  visitor.send("one\ntwo\r\n");
  bench.pump();
  CHECK(visitor.heard() == "welcome\nheard one\nheard two\n");
}

TEST_CASE("what comes behind a line without an answer waits, and nobody else does") {
  Bench bench;
  Visitor patient(bench.server.path());
  patient.send("later\ntwo\n");
  bench.pump();
  const auto asked = bench.talk.last;
  Visitor other(bench.server.path());
  other.send("one\n");
  bench.pump();
  CHECK(patient.heard() == "welcome\n");
  CHECK(other.heard() == "welcome\nheard one\n");
  bench.server.answer(asked, "now");
  REQUIRE(bench.server.pump(bench.talk).has_value());
  CHECK(patient.heard() == "now\nheard two\n");
}

TEST_CASE("an answer to somebody who has left reaches nobody") {
  Bench bench;
  Visitor leaving(bench.server.path());
  leaving.send("later\n");
  bench.pump();
  const auto asked = bench.talk.last;
  leaving.leave();
  bench.pump();
  Visitor next(bench.server.path());
  bench.pump();
  bench.server.answer(asked, "now");
  CHECK(next.heard() == "welcome\n");
}

TEST_CASE("everybody hears what is said to all") {
  Bench bench;
  Visitor one(bench.server.path());
  Visitor two(bench.server.path());
  bench.pump();
  bench.server.say("news");
  CHECK(one.heard() == "welcome\nnews\n");
  CHECK(two.heard() == "welcome\nnews\n");
}

TEST_CASE("a line longer than the kernel keeps arrives as long as the bound allows it") {
  const std::string line(1U << 20U, 'x');
  Bench bench(line.size() + 1);
  Visitor visitor(bench.server.path());
  bench.pump();
  bench.server.say(line);
  auto heard = visitor.heard();
  for (int rounds = 0; heard.size() < line.size() + 9 && rounds < 1'000; ++rounds) {
    bench.pump();
    heard += visitor.heard();
  }
  CHECK(heard == "welcome\n" + line + "\n");
  CHECK_FALSE(visitor.ended());
}

TEST_CASE("the descriptor stands for another one too") {
  Bench bench;
  LineServer other = [&] {
    auto opened = LineServer::open({bench.folder.file("other"), "echo.sock", "taken"}, 100);
    REQUIRE(opened.has_value());
    return std::move(*opened);
  }();
  REQUIRE(bench.server.watch(other.descriptor()).has_value());
  CHECK_FALSE(test::readable(bench.server.descriptor()));
  const Visitor visitor(other.path());
  CHECK(test::readable(bench.server.descriptor()));
}
