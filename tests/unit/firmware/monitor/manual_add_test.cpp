// SPDX-License-Identifier: MIT
#include "firmware/monitor/manual_add.hpp"

#include <doctest/doctest.h>
#include <fstream>
#include <sstream>

#include "firmware/keyfile/outcome.hpp"
#include "tests/scenario/monitor_world.hpp"

using namespace latchkey;
using channel::ResultCode;
using monitor::ManualAdd;

namespace {

struct Adding {
  scenario::MonitorWorld world;
  ManualAdd adder{world.config, world.clock, world.crew, world.site, *world.log};
  std::vector<roles::FromDaemon> replies;

  void add(const std::string& account = "", const std::string& line = "ssh-ed25519 AAAA") {
    roles::AddRequest request;
    REQUIRE(request.account.assign(account));
    REQUIRE(request.line.assign(line));
    adder.add(request, [this](const roles::FromDaemon& reply) { replies.push_back(reply); });
  }
  [[nodiscard]] const roles::AddReply& last() const {
    REQUIRE_FALSE(replies.empty());
    const auto* reply = std::get_if<roles::AddReply>(&replies.back());
    REQUIRE(reply != nullptr);
    return *reply;
  }
  void verify_fails() const {
    const auto tell = world.crew.verdict;
    tell(fail(Errc::timed_out, "waiting for latchkey-verify"));
  }
  void writer_fails() const {
    const auto tell = world.crew.written;
    tell(fail(Errc::timed_out, "waiting for latchkey-keyfile"));
  }
  void writer_adds() {
    world.writer_says(static_cast<std::uint8_t>(keyfile::Outcome::added), "Added.");
  }
  [[nodiscard]] std::string log() const {
    std::ostringstream text;
    text << std::ifstream(world.folder / "log.jsonl").rdbuf();
    return text.str();
  }
};

}  // namespace

TEST_CASE_FIXTURE(Adding, "a line goes through verify and the writer, and is on record") {
  add("ada");
  REQUIRE(world.crew.questions.size() == 1);
  const auto* question = std::get_if<roles::LineQuestion>(&world.crew.questions.front());
  REQUIRE(question != nullptr);
  CHECK(question->line.view() == "ssh-ed25519 AAAA");
  CHECK(world.crew.orders.empty());
  world.proof_holds();
  CHECK(world.crew.written_as == std::vector<std::string>{"ada"});
  const auto* order = std::get_if<roles::AddLine>(&world.crew.orders.front());
  REQUIRE(order != nullptr);
  CHECK(order->target.user == 1001);
  CHECK(replies.empty());
  writer_adds();
  CHECK(last().code == ResultCode::added);
  CHECK(last().text.view() == "Added.");
  CHECK(last().fingerprint.view() == "SHA256:0000");
  CHECK(last().path.view() == "/home/pi/.ssh/authorized_keys");
  CHECK(log().find(R"("event":"manual-enrolled","account":"ada")") != std::string::npos);
}

TEST_CASE_FIXTURE(Adding, "no account means the first one") {
  add();
  world.proof_holds();
  CHECK(world.crew.written_as == std::vector<std::string>{"pi"});
}

TEST_CASE_FIXTURE(Adding, "a refusal comes before anything is asked of the next in line") {
  SUBCASE("account") {
    add("root");
    CHECK(world.crew.questions.empty());
    CHECK(last().code == ResultCode::account_not_allowed);
  }
  SUBCASE("verify") {
    add();
    world.proof_fails(ResultCode::key_invalid, "Not a key.");
    CHECK(last().code == ResultCode::key_invalid);
    CHECK(last().text.view() == "Not a key.");
  }
  SUBCASE("policy") {
    add();
    world.proof_holds("ssh-rsa");
    CHECK(last().code == ResultCode::key_type_not_allowed);
  }
  SUBCASE("sshd") {
    world.site.where.code = ResultCode::sshd_would_refuse;
    world.site.where.text = "DenyUsers has pi.";
    add();
    world.proof_holds();
    CHECK(last().code == ResultCode::sshd_would_refuse);
    CHECK(last().text.view() == "DenyUsers has pi.");
  }
  SUBCASE("a path that no order has room for") {
    world.site.where.files = {std::string(5'000, 'x')};
    add();
    world.proof_holds();
    CHECK(last().code == ResultCode::internal);
  }
  CHECK(world.crew.orders.empty());
  CHECK(log().find("\"manual-refused\"") != std::string::npos);
  // And the next one is served.
  world.site.where = scenario::ScriptedSite().where;
  add();
  world.proof_holds();
  writer_adds();
  CHECK(last().code == ResultCode::added);
}

TEST_CASE_FIXTURE(Adding, "faults of the roles are said, and end nothing else") {
  SUBCASE("verify cannot start") {
    world.crew.cannot_start = true;
    add();
    world.crew.cannot_start = false;
    CHECK(last().code == ResultCode::internal);
  }
  SUBCASE("verify dies") {
    add();
    verify_fails();
    CHECK(last().code == ResultCode::internal);
  }
  SUBCASE("the writer cannot start") {
    add();
    world.crew.cannot_start = true;
    world.proof_holds();
    world.crew.cannot_start = false;
    CHECK(last().code == ResultCode::internal);
  }
  SUBCASE("the writer is stuck") {
    add();
    world.proof_holds();
    writer_fails();
    CHECK(last().code == ResultCode::write_failed);
  }
  SUBCASE("the writer refuses") {
    add();
    world.proof_holds();
    world.writer_says(static_cast<std::uint8_t>(keyfile::Outcome::refused), "No room.");
    CHECK(last().code == ResultCode::write_failed);
    CHECK(last().text.view() == "No room.");
  }
  CHECK(replies.size() == 1);
  add();
  world.proof_holds();
  writer_adds();
  CHECK(last().code == ResultCode::added);
}

TEST_CASE_FIXTURE(Adding, "requests are served one at a time, in order") {
  add("ada");
  add("nobody-allowed");
  add("pi");
  CHECK(world.crew.questions.size() == 1);
  world.proof_holds();
  CHECK(world.crew.questions.size() == 1);
  writer_adds();
  // The second is refused at once, the third is at verify.
  CHECK(replies.size() == 2);
  CHECK(last().code == ResultCode::account_not_allowed);
  CHECK(last().fingerprint.view().empty());
  CHECK(world.crew.questions.size() == 2);
  world.proof_holds();
  writer_adds();
  CHECK(world.crew.written_as == std::vector<std::string>{"ada", "pi"});
  CHECK(replies.size() == 3);
}

TEST_CASE_FIXTURE(Adding, "more than a few waiting are turned away") {
  for (std::size_t i = 0; i < ManualAdd::kMaxWaiting; ++i) add();
  CHECK(replies.empty());
  add();
  REQUIRE(replies.size() == 1);
  const auto* refused = std::get_if<roles::RequestRefused>(&replies.back());
  REQUIRE(refused != nullptr);
  CHECK(refused->text.view() == "Too many keys are waiting to be added; try again.");
  for (std::size_t i = 0; i < ManualAdd::kMaxWaiting; ++i) {
    world.proof_holds();
    writer_adds();
  }
  CHECK(replies.size() == ManualAdd::kMaxWaiting + 1);
  CHECK(world.crew.orders.size() == ManualAdd::kMaxWaiting);
}

TEST_CASE_FIXTURE(Adding, "who hears of the end may ask for more at once") {
  roles::AddRequest request;
  bool again = false;
  adder.add(request, [&](const roles::FromDaemon& reply) {
    replies.push_back(reply);
    again = true;
    add("ada");
  });
  world.proof_holds();
  writer_adds();
  CHECK(again);
  CHECK(world.crew.questions.size() == 2);  // asked once, not twice
  world.proof_holds();
  writer_adds();
  CHECK(replies.size() == 2);
}
