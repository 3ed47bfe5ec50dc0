// SPDX-License-Identifier: MIT
#include "firmware/monitor/handle_desk.hpp"

#include <doctest/doctest.h>
#include <filesystem>
#include <fstream>

#include "core/ssh/fingerprint.hpp"
#include "core/ssh/public_key.hpp"
#include "hal/clock/sim/manual_clock.hpp"
#include "tests/unit/temp_folder.hpp"

using namespace latchkey;
using monitor::AuditLog;
using monitor::HandleDesk;
using monitor::HandleStore;

namespace {

struct Desk {
  test::TempFolder folder;
  HandleStore store{folder.file("handles.json")};
  AuditLog log = AuditLog::open(folder.file("log.jsonl")).value();
  clock::ManualClock clock;
  HandleDesk desk{store, log, clock};

  /// Returns its fingerprint.
  [[nodiscard]] std::string keep(std::uint8_t number) const {
    channel::KeyHandle handle;
    handle.key = ssh::PublicKey::make_sk_ed25519(Bytes(32, number), "ssh:").value().blob();
    handle.handle = Bytes(64, number);
    handle.account = "pi";
    handle.comment = "security key at raspberrypi";
    handle.made = WallTime(std::chrono::seconds(1'900'000'000));
    REQUIRE(store.keep(handle));
    return ssh::fingerprint(handle.key).value();
  }
  [[nodiscard]] std::vector<roles::FromDaemon> drop(const std::string& fingerprint) const {
    roles::DropHandles request;
    request.fingerprint.assign_cut(fingerprint);
    return desk.drop(request);
  }
  [[nodiscard]] std::string logged() const {
    std::ifstream file(folder.file("log.jsonl"));
    return {std::istreambuf_iterator<char>(file), {}};
  }
};

roles::HandlesReply summary(const std::vector<roles::FromDaemon>& answers) {
  REQUIRE_FALSE(answers.empty());
  const auto* reply = std::get_if<roles::HandlesReply>(&answers.back());
  REQUIRE(reply != nullptr);
  return *reply;
}

bool is_refusal(const std::vector<roles::FromDaemon>& answers) {
  return answers.size() == 1 && std::holds_alternative<roles::RequestRefused>(answers.front());
}

}  // namespace

TEST_CASE_FIXTURE(Desk, "handles are listed with what a person can tell them by") {
  CHECK(summary(desk.list()).count == 0);
  const auto first = keep(1);
  const auto second = keep(2);
  const auto answers = desk.list();
  REQUIRE(answers.size() == 3);
  const auto line = std::get<roles::HandleLine>(answers.front());
  CHECK(line.fingerprint.view() == second);
  CHECK(line.key_type.view() == "sk-ssh-ed25519@openssh.com");
  CHECK(line.account.view() == "pi");
  CHECK(line.comment.view() == "security key at raspberrypi");
  CHECK(line.made == 1'900'000'000);
  CHECK(line.size == 64);
  CHECK(std::get<roles::HandleLine>(answers[1]).fingerprint.view() == first);
  CHECK(summary(answers).count == 2);
}

TEST_CASE_FIXTURE(Desk, "one is forgotten by its fingerprint, or all are") {
  const auto first = keep(1);
  const auto second = keep(2);
  SUBCASE("one") {
    const auto reply = summary(drop(first));
    CHECK(reply.dropped == 1);
    CHECK(reply.count == 1);
    CHECK(std::get<roles::HandleLine>(desk.list().front()).fingerprint.view() == second);
    CHECK(is_refusal(drop(first)));  // it is gone
    CHECK(log.head().position == 1);
    CHECK(logged().find("\"event\":\"handles-dropped\"") != std::string::npos);
    CHECK(logged().find(first) != std::string::npos);
  }
  SUBCASE("all") {
    const auto reply = summary(drop(""));
    CHECK(reply.dropped == 2);
    CHECK(reply.count == 0);
    CHECK(summary(drop("")).dropped == 0);
    CHECK(log.head().position == 1);
    CHECK(logged().find("\"count\":\"2\"") != std::string::npos);
  }
  SUBCASE("none of that name") {
    CHECK(is_refusal(drop("SHA256:nobody")));
    CHECK(log.head().position == 0);
    CHECK(summary(desk.list()).count == 2);
  }
}

TEST_CASE_FIXTURE(Desk, "a store that cannot be read or written is refused, not empty") {
  const auto first = keep(1);
  SUBCASE("written") {
    std::filesystem::create_directory(folder.file("handles.json.new"));
    CHECK(is_refusal(drop(first)));
  }
  SUBCASE("read") {
    std::filesystem::create_directories(folder.file("handles.json.damaged/full"));
    std::ofstream(folder.file("handles.json")) << "nonsense";
    CHECK(is_refusal(desk.list()));
    CHECK(is_refusal(drop("")));
  }
}
