// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>
#include <sys/resource.h>
#include <csignal>

#include "core/channel/statement.hpp"
#include "firmware/keyfile/outcome.hpp"
#include "tests/scenario/log_text.hpp"
#include "tests/scenario/monitor_world.hpp"

using namespace latchkey;
using namespace std::chrono_literals;
using channel::ResultCode;
using pairing::Phase;
using scenario::log_text;
using scenario::MonitorWorld;

namespace {

constexpr auto kAdded = static_cast<std::uint8_t>(keyfile::Outcome::added);
constexpr auto kAlreadyThere = static_cast<std::uint8_t>(keyfile::Outcome::already_there);
constexpr auto kRemoved = static_cast<std::uint8_t>(keyfile::Outcome::removed);
constexpr auto kRefused = static_cast<std::uint8_t>(keyfile::Outcome::refused);

config::Config confirming() {
  config::Config config;
  config.confirm = config::Confirm::press;
  return config;
}

}  // namespace

TEST_CASE("press, code, proof, line, done: the whole path") {
  MonitorWorld world;
  CHECK(world.led() == "off");
  CHECK_FALSE(world.crew.listening);
  world.tap();
  CHECK(world.phase() == Phase::open);
  CHECK(world.crew.listening);
  CHECK(world.led() == "window_open");

  world.greet();
  CHECK(world.led() == "code");
  REQUIRE(world.crew.last<roles::UseCode>() != nullptr);
  CHECK(world.crew.last<roles::UseCode>()->digits.view().size() == 8);
  world.net_says(roles::ShareWanted{});
  CHECK(world.crew.count<roles::ReleaseShare>() == 1);
  world.net_says(roles::CodeProved{});
  CHECK(world.crew.count<roles::StopAccepting>() == 1);
  world.offer();
  REQUIRE(world.crew.questions.size() == 1);
  CHECK(world.crew.orders.empty());
  world.proof_holds();
  REQUIRE(world.crew.orders.size() == 1);
  CHECK(world.crew.written_as.front() == "pi");
  CHECK(world.site.asked_address == "192.0.2.7");
  CHECK(world.crew.last<roles::AnswerPeer>() == nullptr);
  world.writer_says(kAdded, "Added.");
  REQUIRE(world.crew.last<roles::AnswerPeer>() != nullptr);
  CHECK(world.crew.last<roles::AnswerPeer>()->code == ResultCode::added);
  CHECK(world.led() == "done");
  CHECK(log_text(world).find("\"event\":\"enrolled\"") != std::string::npos);

  world.advance(61s);
  CHECK(world.phase() == Phase::idle);
  CHECK_FALSE(world.crew.listening);
  CHECK_FALSE(world.status_led.on());
}

TEST_CASE("the challenge that verify is asked about is the one the peer was given") {
  MonitorWorld world;
  world.tap();
  const auto given = std::get<roles::ServeWindow>(world.crew.told.front()).challenge;
  world.prove_code();
  world.offer();
  CHECK(std::get<roles::ProofQuestion>(world.crew.questions.front()).challenge == given);
  world.proof_fails(ResultCode::not_proved, "The signature does not hold.");
  world.advance(20s);
  world.tap();
  CHECK(std::get<roles::ServeWindow>(world.crew.told.front()).challenge != given);
}

TEST_CASE("confirm = press: only a second press commits") {
  MonitorWorld world(confirming());
  world.tap();
  world.prove_code();
  world.offer();
  world.proof_holds();
  CHECK(world.phase() == Phase::confirming);
  CHECK(world.led() == "confirm");
  CHECK(world.crew.orders.empty());
  SUBCASE("pressed") {
    world.tap();
    CHECK(world.crew.orders.size() == 1);
  }
  SUBCASE("not pressed") {
    world.advance(31s);
    CHECK(world.crew.orders.empty());
    CHECK(world.crew.last<roles::AnswerPeer>()->code == ResultCode::not_confirmed);
    CHECK(world.last_ending() == "not_confirmed");
  }
  SUBCASE("bounce is no press") {
    for (int i = 0; i < 20; ++i) {
      world.press();
      world.advance(5ms);
      world.release();
      world.advance(5ms);
    }
    world.advance(100ms);
    CHECK(world.crew.orders.empty());
    CHECK(world.phase() == Phase::confirming);
  }
  SUBCASE("too late") {
    world.advance(29'900ms);
    world.press();
    world.advance(200ms);
    world.release();
    world.advance(100ms);
    CHECK(world.crew.orders.empty());
  }
}

TEST_CASE("an account that policy does not name is refused before anything is checked") {
  MonitorWorld world;
  world.tap();
  world.prove_code();
  for (const auto* account : {"root"}) world.offer(account);
  CHECK(world.crew.questions.empty());
  REQUIRE(world.crew.last<roles::AnswerPeer>() != nullptr);
  CHECK(world.crew.last<roles::AnswerPeer>()->code == ResultCode::account_not_allowed);
  CHECK(world.crew.last<roles::AnswerPeer>()->text.view().find("pi, ada") !=
        std::string_view::npos);
}

TEST_CASE("a key type that policy or sshd does not take is refused after the proof") {
  MonitorWorld world;
  world.tap();
  world.prove_code();
  world.offer();
  SUBCASE("policy") { world.proof_holds("ecdsa-sha2-nistp256"); }
  SUBCASE("sshd") {
    world.config.policy.key_types.emplace_back("ssh-rsa");
    world.proof_holds("ssh-rsa");
  }
  CHECK(world.crew.orders.empty());
  CHECK(world.crew.last<roles::AnswerPeer>()->code == ResultCode::key_type_not_allowed);
}

TEST_CASE("what sshd would not accept is not written") {
  MonitorWorld world;
  world.site.where = {ResultCode::sshd_would_refuse, "AuthorizedKeysFile is none.", {}, true};
  world.tap();
  world.prove_code();
  world.offer();
  world.proof_holds();
  CHECK(world.crew.orders.empty());
  CHECK(world.crew.last<roles::AnswerPeer>()->code == ResultCode::sshd_would_refuse);
}

TEST_CASE("a peer's address reaches sshd's command line only when it is one") {
  MonitorWorld world;
  world.tap();
  world.greet(1, "1.2.3.4,user=root");
  world.net_says(roles::ShareWanted{});
  world.net_says(roles::CodeProved{});
  world.offer();
  world.proof_holds();
  CHECK(world.site.asked_address.empty());
}

TEST_CASE("max_validity narrows what was asked for, and never widens it") {
  config::Config config;
  config.policy.max_validity_days = 90;
  MonitorWorld world(config);
  world.tap();
  world.prove_code();
  world.offer();
  world.proof_holds();
  const auto& line = std::get<roles::AddLine>(world.crew.orders.front()).line;
  CHECK(line.limits.has_expires == 1);
  CHECK(line.limits.expires ==
        (world.clock.wall() + std::chrono::days(90)).time_since_epoch().count());
}

TEST_CASE("a writer that has to be killed is a failure that is told") {
  MonitorWorld world;
  world.tap();
  world.prove_code();
  world.offer();
  world.proof_holds();
  const auto tell = world.crew.written;
  tell(fail(Errc::timed_out, "waiting for another process"));
  CHECK(world.crew.last<roles::AnswerPeer>()->code == ResultCode::write_failed);
  CHECK(world.led() == "refused");
}

TEST_CASE("what the writer refuses is told with its reason and shown as a failure") {
  MonitorWorld world;
  world.tap();
  world.prove_code();
  world.offer();
  world.proof_holds();
  world.writer_says(kRefused, "Home is on tmpfs: it would not survive a reboot.");
  CHECK(world.crew.last<roles::AnswerPeer>()->text.view() ==
        "Home is on tmpfs: it would not survive a reboot.");
  CHECK(world.led() == "refused");
}

TEST_CASE("a verdict takes out what this window wrote, and nothing else") {
  MonitorWorld world;
  world.tap();
  world.prove_code();
  world.offer();
  world.proof_holds();
  SUBCASE("written here") {
    world.writer_says(kAdded, "Added.");
    world.net_says(roles::VerdictArrived{0});
    REQUIRE(world.crew.orders.size() == 2);
    CHECK(std::holds_alternative<roles::RemoveLine>(world.crew.orders.back()));
    world.writer_says(kRemoved, "Taken out.");
    CHECK(world.crew.last<roles::AnswerPeer>()->code == ResultCode::taken_out);
  }
  SUBCASE("there before") {
    world.writer_says(kAlreadyThere, "It was there.");
    world.net_says(roles::VerdictArrived{0});
    CHECK(world.crew.orders.size() == 1);
    CHECK(world.crew.last<roles::AnswerPeer>()->code == ResultCode::kept);
  }
}

TEST_CASE("holding the button takes the key out again for a minute, no longer") {
  MonitorWorld world;
  world.enrol();
  SUBCASE("in time") {
    world.advance(30s);
    world.hold(Millis(3100));
    REQUIRE(world.crew.orders.size() == 2);
    world.writer_says(kRemoved, "Taken out.");
    CHECK(world.led() == "undone");
  }
  SUBCASE("too late") {
    world.advance(61s);
    world.hold(Millis(3100));
    CHECK(world.crew.orders.size() == 1);
  }
}

TEST_CASE("sshd is started after a success only where policy says so") {
  for (const bool enable : {false, true}) {
    config::Config config;
    config.enable_ssh = enable;
    MonitorWorld world(config);
    world.site.facts.sshd_running = false;
    world.enrol();
    CHECK(world.site.sshd_starts == (enable ? 1 : 0));
    CHECK(world.crew.last<roles::AnswerPeer>()->sshd_running == (enable ? 1 : 0));
  }
}

TEST_CASE("a key that was written is in the log, whoever has left meanwhile") {
  MonitorWorld world;
  world.tap();
  world.prove_code();
  world.offer();
  world.proof_holds();
  SUBCASE("the peer") { world.net_says(roles::PeerGone{}); }
  SUBCASE("the net role") { world.net_dies(); }
  SUBCASE("a net role that says what it must not") { world.net_says(roles::CodeProved{}); }
  world.writer_says(kAdded, "Added.");
  CHECK(log_text(world).find("\"event\":\"enrolled\"") != std::string::npos);
  CHECK(log_text(world).find("SHA256:0000") != std::string::npos);

  world.hold(3100ms);
  world.writer_says(kRemoved, "Taken out.");
  CHECK(log_text(world).find("\"event\":\"taken-out\"") != std::string::npos);
}

TEST_CASE("a verdict at the wrong time does not change what the log says") {
  MonitorWorld world;
  SUBCASE("before anything is written") {
    world.tap();
    world.prove_code();
    world.offer();
    world.net_says(roles::VerdictArrived{1});
    CHECK(world.phase() == Phase::idle);
  }
  SUBCASE("while the person takes the key out again") {
    world.enrol();
    world.hold(3100ms);
    world.net_says(roles::VerdictArrived{1});
    world.writer_says(kRemoved, "Taken out.");
    CHECK(log_text(world).find("\"event\":\"taken-out\"") != std::string::npos);
  }
  CHECK(log_text(world).find("logged-in") == std::string::npos);
}

TEST_CASE("the proof is bound to the host keys that the peer was told of") {
  MonitorWorld world;
  for (const std::string key : {"one", "two", "three", "four", "five"}) {
    world.site.facts.host_keys.push_back(to_bytes(as_bytes(key)));
  }
  world.tap();
  const auto window = std::get<roles::ServeWindow>(world.crew.told.front());
  std::vector<Bytes> told;
  for (std::size_t i = 0; i < window.host_key_count; ++i) {
    told.push_back(window.host_keys.at(i).bytes());
  }
  REQUIRE(told.size() == roles::kMaxHostKeys);
  world.prove_code();
  world.offer();
  CHECK(std::get<roles::ProofQuestion>(world.crew.questions.front()).host_keys_hash ==
        channel::hash_host_keys(told).value());
}

TEST_CASE("a success that the log could not take says so") {
  MonitorWorld world;
  world.tap();
  world.prove_code();
  world.offer();
  world.proof_holds();
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  // Room for the failure file, none for a line.
  const rlimit full{64, before.rlim_max};
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &full) == 0);
  world.writer_says(kAdded, "Added.");
  CHECK(::setrlimit(RLIMIT_FSIZE, &before) == 0);
  std::signal(SIGXFSZ, handler);
  const auto* answer = world.crew.last<roles::AnswerPeer>();
  REQUIRE(answer != nullptr);
  CHECK(answer->code == ResultCode::added);
  CHECK(answer->log_position == 0);
  CHECK(answer->text.view() == "Added. The Pi could not write this into its log.");
}
