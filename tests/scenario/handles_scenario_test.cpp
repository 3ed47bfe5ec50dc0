// SPDX-License-Identifier: MIT
// A laptop that fetches the handles of keys that were made at the Pi.
#include <doctest/doctest.h>

#include "tests/scenario/log_text.hpp"
#include "tests/scenario/monitor_world.hpp"

using namespace latchkey;
using pairing::Phase;
using scenario::log_text;
using scenario::MonitorWorld;

namespace {

struct World : MonitorWorld {
  using MonitorWorld::MonitorWorld;
  void keep(const std::string& key, const std::string& account = "pi") const {
    channel::KeyHandle handle;
    handle.key = to_bytes(as_bytes(key));
    handle.handle = to_bytes(as_bytes("handle"));
    handle.account = account;
    REQUIRE(handles->keep(handle));
  }
  void fetch(const std::string& account = "") {
    roles::HandlesRequested request;
    request.account.assign_cut(account);
    net_says(request);
  }
  /// The keys of the handles that net was told, in order.
  [[nodiscard]] std::vector<std::string> told() const {
    std::vector<std::string> keys;
    for (const auto& message : crew.told) {
      const auto* item = std::get_if<roles::HandleItem>(&message);
      if (item != nullptr) keys.emplace_back(as_text(item->handle.key.view()));
    }
    return keys;
  }
};

using Keys = std::vector<std::string>;

}  // namespace

TEST_CASE("handles are told once the code is proved, the latest first, and that is all") {
  World world;
  world.keep("one");
  world.keep("two", "ada");
  world.keep("of nobody here", "eve");
  world.tap();
  world.prove_code();
  SUBCASE("all") {
    world.fetch();
    CHECK(world.told() == Keys{"two", "one"});
  }
  SUBCASE("of one account") {
    world.fetch("ada");
    CHECK(world.told() == Keys{"two"});
  }
  SUBCASE("of an account that may not be enrolled") {
    world.fetch("eve");
    CHECK(world.told().empty());
  }
  CHECK(world.crew.count<roles::HandlesEnd>() == 1);
  CHECK(world.crew.count<roles::RefusePeer>() == 0);
  CHECK(world.crew.count<roles::AnswerPeer>() == 0);
  CHECK(log_text(world).find("\"event\":\"handles-told\"") != std::string::npos);
  CHECK(world.last_ending() == "finished");
  CHECK(world.phase() == Phase::idle);
  CHECK(world.crew.nobody_left());
  CHECK(world.handles->load().value().size() == 3);
}

TEST_CASE("no more handles are told than one message has room for") {
  World world;
  for (std::size_t i = 0; i < channel::kMaxHandles + 3; ++i) world.keep(std::to_string(i));
  world.tap();
  world.prove_code();
  world.fetch();
  CHECK(world.told().size() == channel::kMaxHandles);
  CHECK(world.told().front() == std::to_string(channel::kMaxHandles + 2));
}

TEST_CASE("handles that cannot be read are a fault of the Pi, not none") {
  World world;
  world.keep("one");
  std::filesystem::create_directories(world.folder / "handles.json.damaged" / "full");
  std::filesystem::resize_file(world.folder / "handles.json", 5);
  world.tap();
  world.prove_code();
  world.fetch();
  CHECK(world.told().empty());
  CHECK(world.crew.count<roles::HandlesEnd>() == 0);
  REQUIRE(world.crew.last<roles::AnswerPeer>() != nullptr);
  CHECK(world.crew.last<roles::AnswerPeer>()->code == channel::ResultCode::internal);
  CHECK(log_text(world).find("\"event\":\"fault\"") != std::string::npos);
  CHECK(log_text(world).find("\"event\":\"handles-told\"") == std::string::npos);
  CHECK(world.last_ending() == "finished");
}

TEST_CASE("nobody is told of handles before the code is proved") {
  World world;
  world.keep("one");
  world.tap();
  world.greet();
  SUBCASE("at once") {}
  SUBCASE("with a guess spent") { world.net_says(roles::ShareWanted{}); }
  world.fetch();
  CHECK(world.told().empty());
  CHECK(world.last_ending() == "protocol_violation");
  CHECK(world.crew.nobody_left());
}
