// SPDX-License-Identifier: MIT
// A host that fetches the handles of keys which were made while nobody waited.
#include "tests/unit/firmware/net/net_window.hpp"

using namespace latchkey;
using namespace latchkey::testing;
using Why = roles::PeerGone::Why;

namespace {

void to_handles(TestHost& host, Monitor& monitor, const std::string& account = "pi") {
  play(host, monitor, Until::welcomed);
  REQUIRE(host.session().request_handles({account}));
  host.flush();
  CHECK(monitor.expect<roles::HandlesRequested>().account.view() == account);
}

channel::KeyHandle made_at(int seconds, std::size_t attestation) {
  auto handle = sample_handle();
  handle.made = WallTime(std::chrono::seconds(seconds));
  handle.attestation.assign(attestation, 1);
  return handle;
}

}  // namespace

TEST_CASE("handles are collected, given at once, and that is the end") {
  NetProcess net;
  TestHost host(net.port());
  to_handles(host, net.monitor);
  net.monitor.say(roles::HandleItem{fields_of(made_at(1, 10))});
  net.monitor.say(roles::HandleItem{fields_of(made_at(2, 10))});
  net.monitor.say(roles::HandlesEnd{});
  const auto given = host.expect<channel::HandlesGiven>();
  REQUIRE(given.has_value());
  REQUIRE(given->handles.handles.size() == 2);
  CHECK(given->handles.handles[0].made == made_at(2, 10).made);
  CHECK(given->handles.handles[1].handle == sample_handle().handle);
  CHECK(host.peer().ends_within());
  host.peer().close();
  net.monitor.expect_gone(Why::left);
}

TEST_CASE("who asks for handles may be told that there are none") {
  NetProcess net;
  TestHost host(net.port());
  to_handles(host, net.monitor, "");
  net.monitor.say(roles::HandlesEnd{});
  const auto given = host.expect<channel::HandlesGiven>();
  REQUIRE(given.has_value());
  CHECK(given->handles.handles.empty());
}

TEST_CASE("of more handles than a message takes the latest are given") {
  NetProcess net;
  TestHost host(net.port());
  to_handles(host, net.monitor);
  for (int i = 1; i <= 40; ++i) net.monitor.say(roles::HandleItem{fields_of(made_at(i, 5'000))});
  net.monitor.say(roles::HandlesEnd{});
  const auto given = host.expect<channel::HandlesGiven>();
  REQUIRE(given.has_value());
  REQUIRE(given->handles.handles.size() == 3);
  for (int i = 0; i < 3; ++i) {
    CHECK(given->handles.handles[static_cast<std::size_t>(i)].made == made_at(40 - i, 0).made);
  }
}

TEST_CASE("instead of handles there may be a refusal") {
  NetProcess net;
  TestHost host(net.port());
  to_handles(host, net.monitor);
  auto answer = sample_answer();
  answer.code = channel::ResultCode::account_not_allowed;
  net.monitor.say(answer);
  const auto answered = host.expect<channel::Answered>();
  REQUIRE(answered.has_value());
  CHECK(answered->outcome.code == channel::ResultCode::account_not_allowed);
  CHECK(host.peer().ends_within());
}

TEST_CASE("handles that nobody asked for go nowhere") {
  NetProcess net;
  TestHost host(net.port());
  play(host, net.monitor, Until::offered);
  net.monitor.say(roles::HandleItem{fields_of(sample_handle())});
  net.monitor.say(roles::HandlesEnd{});
  net.monitor.say(roles::HandOver{fields_of(sample_handle())});
  net.monitor.say(roles::TokenReport{});
  net.monitor.say(sample_answer());
  CHECK(host.expect<channel::Answered>().has_value());
}

TEST_CASE("an account longer than any has no handles, and never reaches the monitor") {
  NetProcess net;
  TestHost host(net.port());
  play(host, net.monitor, Until::welcomed);
  REQUIRE(host.session().request_handles({std::string(roles::kMaxAccount + 1, 'a')}));
  const auto answered = host.expect<channel::Answered>();
  REQUIRE(answered.has_value());
  CHECK(answered->outcome.code == channel::ResultCode::bad_request);
  net.monitor.expect_gone(Why::broke_protocol);
}
