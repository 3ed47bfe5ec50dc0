// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>
#include <fstream>

#include "firmware/keyfile/outcome.hpp"
#include "tests/scenario/monitor_world.hpp"

using namespace latchkey;
using namespace std::chrono_literals;
using channel::ResultCode;
using pairing::Phase;
using scenario::MonitorWorld;

namespace {

constexpr auto kAdded = static_cast<std::uint8_t>(keyfile::Outcome::added);

std::string log_text(const MonitorWorld& world) {
  std::ifstream file(world.folder / "log.jsonl");
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

TEST_CASE("a button that is held at boot, stuck or noisy never opens a window") {
  SUBCASE("held at boot") {
    MonitorWorld world({}, true);
    world.advance(1h);
    CHECK(world.phase() == Phase::idle);
    world.release();
    world.advance(1s);
    CHECK(world.phase() == Phase::idle);
  }
  SUBCASE("stuck") {
    MonitorWorld world;
    world.press();
    world.advance(1h);
    CHECK(world.phase() == Phase::idle);
  }
  SUBCASE("glitches shorter than the debounce") {
    MonitorWorld world;
    for (int i = 0; i < 1000; ++i) {
      world.press();
      world.advance(Millis(i % 29 + 1));
      world.release();
      world.advance(40ms);
    }
    CHECK(world.crew.windows_served == 0);
  }
  SUBCASE("closed again after a reboot") {
    MonitorWorld world;
    world.tap();
    CHECK(world.phase() == Phase::open);
    world.reboot();
    CHECK(world.phase() == Phase::idle);
  }
}

TEST_CASE("a second peer ends everything, whatever it calls itself") {
  MonitorWorld world;
  world.tap();
  world.greet(1);
  world.greet(2);
  CHECK(world.phase() == Phase::idle);
  CHECK(world.last_ending() == "overlap");
  CHECK(world.led() == "start_again");
  CHECK_FALSE(world.crew.listening);
  REQUIRE(world.crew.last<roles::RefusePeer>() != nullptr);
  CHECK(world.crew.last<roles::RefusePeer>()->reason == channel::RefusalReason::overlap);
  CHECK(world.crew.orders.empty());
}

TEST_CASE("three codes a window, and no fourth") {
  MonitorWorld world;
  world.tap();
  for (int left = 2; left >= 0; --left) {
    world.greet();
    world.net_says(roles::ShareWanted{});
    world.net_says(roles::CodeWrong{});
    REQUIRE(world.crew.last<roles::RefusePeer>() != nullptr);
    if (left > 0) {
      CHECK(world.crew.last<roles::RefusePeer>()->reason == channel::RefusalReason::wrong_code);
      CHECK(world.crew.last<roles::RefusePeer>()->tries_left == left);
    } else {
      CHECK(world.crew.last<roles::RefusePeer>()->reason == channel::RefusalReason::too_many_codes);
    }
  }
  CHECK(world.phase() == Phase::idle);
  CHECK(world.crew.count<roles::ReleaseShare>() == 3);
  CHECK(world.crew.orders.empty());
}

TEST_CASE("a wrong code shows the refusal, then the open window again") {
  MonitorWorld world;
  world.tap();
  world.greet();
  world.net_says(roles::ShareWanted{});
  world.net_says(roles::CodeWrong{});
  CHECK(world.led() == "refused");
  CHECK(world.phase() == Phase::open);
  world.greet(2);
  CHECK(world.crew.count<roles::UseCode>() == 2);
}

TEST_CASE("failed windows lock pairing, and no reboot shortens the lock") {
  MonitorWorld world;
  for (int i = 0; i < 3; ++i) world.fail_window();
  CHECK(world.phase() == Phase::locked);
  CHECK(world.led() == "locked");
  world.tap();
  CHECK(world.phase() == Phase::locked);
  world.advance(9min);
  world.reboot();
  CHECK(world.phase() == Phase::locked);
  world.advance(9min + 50s);
  CHECK(world.phase() == Phase::locked);
  world.advance(15s);
  CHECK(world.phase() == Phase::idle);
  world.tap();
  CHECK(world.phase() == Phase::open);
}

TEST_CASE("a power cut right after the share left does not reset the counter") {
  MonitorWorld world;
  for (int i = 0; i < 3; ++i) {
    world.tap();
    world.greet();
    world.net_says(roles::ShareWanted{});
    world.reboot();
  }
  CHECK(world.phase() == Phase::locked);
}

TEST_CASE("a failure file that makes no sense is taken for a lock") {
  MonitorWorld world;
  std::ofstream(world.folder / "failures") << "failed-windows zero\n";
  world.reboot();
  CHECK(world.phase() == Phase::locked);
}

TEST_CASE("with a failing disk the share does not leave") {
  MonitorWorld world;
  world.tap();
  world.greet();
  std::filesystem::create_directory(world.folder / "failures.new");
  world.net_says(roles::ShareWanted{});
  CHECK(world.crew.count<roles::ReleaseShare>() == 0);
  CHECK(world.phase() == Phase::idle);
  CHECK(world.last_ending() == "service_failed");
}

TEST_CASE("without randomness no window opens") {
  MonitorWorld world;
  world.random.broken = true;
  world.tap();
  CHECK(world.phase() == Phase::idle);
  CHECK_FALSE(world.crew.listening);
}

TEST_CASE("a jump of the wall clock changes no deadline") {
  MonitorWorld world;
  world.tap();
  world.clock.jump_wall(std::chrono::hours(24 * 365 * 10));
  world.advance(119s);
  CHECK(world.phase() == Phase::open);
  world.clock.jump_wall(-std::chrono::hours(24 * 365 * 20));
  world.advance(2s);
  CHECK(world.phase() == Phase::idle);
  CHECK(world.last_ending() == "nobody_came");
}

TEST_CASE("the window ends in mid-handshake, and in mid-write lets the writer finish") {
  MonitorWorld world;
  SUBCASE("in mid-handshake") {
    world.tap();
    world.greet();
    world.advance(91s);
    CHECK(world.phase() == Phase::open);  // the code is over, the window is not
    world.greet(2);
    world.net_says(roles::ShareWanted{});
    world.advance(11s);
    CHECK(world.crew.orders.empty());
    world.advance(300s);
    CHECK(world.phase() == Phase::idle);
  }
  SUBCASE("in mid-write") {
    world.tap();
    world.advance(115s);
    world.greet();
    world.advance(85s);
    world.net_says(roles::ShareWanted{});
    world.net_says(roles::CodeProved{});
    world.advance(95s);
    world.offer();
    world.proof_holds();
    world.advance(6s);  // more than 300 s since the press
    CHECK(world.phase() == Phase::writing);
    world.writer_says(kAdded, "Added.");
    CHECK(world.crew.last<roles::AnswerPeer>()->code == ResultCode::added);
  }
}

TEST_CASE("a taken-over net process gets nowhere") {
  MonitorWorld world;
  world.tap();
  SUBCASE("an offer without a code") {
    world.offer();
    CHECK(world.crew.questions.empty());
    CHECK(world.last_ending() == "protocol_violation");
  }
  SUBCASE("a code proved that was never guessed") {
    world.net_says(roles::CodeProved{});
    world.offer();
    CHECK(world.crew.questions.empty());
  }
  SUBCASE("another offer while the first is checked") {
    world.prove_code();
    world.offer("pi");
    world.offer("ada");
    CHECK(world.crew.questions.size() == 1);
    CHECK(world.crew.orders.empty());
    CHECK(world.last_ending() == "protocol_violation");
  }
  SUBCASE("a second key after the first was written") {
    world.prove_code();
    world.offer();
    world.proof_holds();
    world.writer_says(kAdded, "Added.");
    world.offer("ada");
    CHECK(world.crew.orders.size() == 1);
    CHECK(world.crew.questions.size() == 1);
  }
  SUBCASE("an unknown account") {
    world.prove_code();
    world.offer("");
    world.proof_holds();
    CHECK(world.crew.written_as.front() == "pi");
  }
}

TEST_CASE("a net process that dies takes the window with it, the daemon lives") {
  MonitorWorld world;
  world.tap();
  world.greet();
  world.net_dies();
  CHECK(world.phase() == Phase::idle);
  CHECK(world.last_ending() == "service_failed");
  world.tap();
  CHECK(world.phase() == Phase::open);
}

TEST_CASE("pair opens a window from the terminal and tells the code") {
  MonitorWorld world;
  std::vector<roles::PairProgress> heard;
  REQUIRE(
      world.monitor->pair([&](const auto& progress) { heard.push_back(progress); }).has_value());
  CHECK(world.phase() == Phase::open);
  CHECK(world.monitor->pair([](const auto&) {}).error().is(Errc::out_of_order));
  world.greet();
  REQUIRE_FALSE(heard.empty());
  CHECK(heard.back().digits.view() == world.crew.last<roles::UseCode>()->digits.view());
  world.net_says(roles::ShareWanted{});
  world.net_says(roles::CodeProved{});
  world.offer();
  world.proof_holds();
  world.writer_says(kAdded, "Added.");
  CHECK(heard.back().finished == 1);
  CHECK(heard.back().enrolled == 1);
}

TEST_CASE("at rest there is nothing to wake up for") {
  MonitorWorld world;
  CHECK_FALSE(world.alarm->when().has_value());
  world.enrol();
  world.advance(70s);
  CHECK_FALSE(world.alarm->when().has_value());
}

TEST_CASE("shutting down ends the window first") {
  MonitorWorld world;
  world.tap();
  world.monitor->shut_down();
  CHECK_FALSE(world.crew.listening);
  CHECK(world.monitor->finished());
}

TEST_CASE("shutting down waits for the writer, and says when it is done") {
  MonitorWorld world;
  world.tap();
  world.prove_code();
  world.offer();
  world.proof_holds();
  world.monitor->shut_down();
  CHECK_FALSE(world.monitor->finished());
  CHECK(world.times_finished == 0);
  world.writer_says(static_cast<std::uint8_t>(keyfile::Outcome::added), "Added.");
  CHECK(world.monitor->finished());
  CHECK(world.times_finished == 1);
  CHECK_FALSE(world.crew.listening);
}

TEST_CASE("a net role that hears nothing more does not outlive its window") {
  MonitorWorld world;
  SUBCASE("cancelled") {
    world.tap();
    world.greet();
    world.crew.deaf = true;
    world.tap();
  }
  SUBCASE("shut down") {
    world.tap();
    world.greet();
    world.crew.deaf = true;
    world.monitor->shut_down();
    CHECK(world.monitor->finished());
  }
  SUBCASE("nobody offers") {
    world.tap();
    world.prove_code();
    world.crew.deaf = true;
    world.advance(180s);
  }
  CHECK_FALSE(world.crew.listening);
  CHECK(world.monitor->status().port == 0);
}

TEST_CASE("who greets too late does not lend the first peer an address") {
  MonitorWorld world;
  world.tap();
  world.prove_code();
  world.greet(2, "198.51.100.9");
  world.offer();
  world.proof_holds();
  world.writer_says(kAdded, "Added.");
  CHECK(world.site.asked_address == "192.0.2.7");
  CHECK(log_text(world).find("198.51.100.9") == std::string::npos);
}
