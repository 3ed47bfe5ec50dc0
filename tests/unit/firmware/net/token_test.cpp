// SPDX-License-Identifier: MIT
// A host that wants a key made on a security key in the Pi.
#include "tests/unit/firmware/net/net_window.hpp"

using namespace latchkey;
using namespace latchkey::testing;
using Why = roles::PeerGone::Why;
using channel::TokenNews;

namespace {

channel::PinTyped pin(std::string_view text) {
  channel::PinTyped typed;
  typed.pin.assign(text.begin(), text.end());
  return typed;
}

roles::TokenReport report(TokenNews news, std::uint8_t tries_left = 0) {
  roles::TokenReport message;
  message.news = news;
  message.tries_left = tries_left;
  message.key.assign_cut("Test Key");
  return message;
}

void to_token(TestHost& host, Monitor& monitor) {
  play(host, monitor, Until::welcomed);
  REQUIRE(host.session().request_token(sample_request()));
  host.flush();
  (void)monitor.expect<roles::TokenRequested>();
}

void tell(TestHost& host, Monitor& monitor, TokenNews news) {
  monitor.say(report(news));
  const auto heard = host.expect<channel::TokenNewsHeard>();
  REQUIRE(heard.has_value());
  CHECK(heard->event.news == news);
}

roles::AnswerPeer failure() {
  auto answer = sample_answer();
  answer.code = channel::ResultCode::token_failed;
  return answer;
}

}  // namespace

TEST_CASE("a key is made in the Pi, with a PIN from the host, and handed over") {
  NetProcess net;
  TestHost host(net.port());
  play(host, net.monitor, Until::welcomed);
  REQUIRE(host.session().request_token(sample_request()));
  host.flush();
  const auto request = net.monitor.expect<roles::TokenRequested>();
  CHECK(request.account.view() == "pi");
  CHECK(request.comment.view() == "ann@laptop");
  CHECK(request.limits.limits() == sample_request().limits);
  CHECK(request.algorithm == channel::TokenAlgorithm::ecdsa_p256);
  CHECK(request.resident == 1);
  CHECK(request.verify == 0);
  CHECK(request.existing == 1);
  CHECK(request.application.view() == "ssh:work");
  CHECK(request.user.view() == "ann");

  tell(host, net.monitor, TokenNews::plug_in);
  auto question = report(TokenNews::pin_wanted, 8);
  question.question = 70'000;
  net.monitor.say(question);
  const auto asked = host.expect<channel::TokenNewsHeard>();
  REQUIRE(asked.has_value());
  CHECK(asked->event.tries_left == 8);
  CHECK(asked->event.key == "Test Key");
  REQUIRE(host.session().pin(pin("1234")));
  host.flush();
  const auto typed = net.monitor.expect<roles::PinArrived>();
  CHECK(as_text(typed.pin.view()) == "1234");
  CHECK(typed.question == 70'000);
  tell(host, net.monitor, TokenNews::touch);

  net.monitor.say(roles::HandOver{fields_of(sample_handle())});
  net.monitor.say(sample_answer());
  const auto done = host.expect<channel::TokenDone>();
  REQUIRE(done.has_value());
  CHECK(done->made.made.key == sample_handle().key);
  CHECK(done->made.made.handle == sample_handle().handle);
  CHECK(done->made.made.attestation == sample_handle().attestation);
  CHECK(done->made.made.made == sample_handle().made);
  CHECK(host.expect<channel::Answered>().has_value());
  REQUIRE(host.session().verdict({false}));
  host.flush();
  CHECK(net.monitor.expect<roles::VerdictArrived>().logged_in == 0);
}

TEST_CASE("while the Pi's person is awaited net sets no deadline") {
  net::Limits limits;
  limits.machine_step = limits.offer = limits.verdict = Millis(100);
  NetThread net(limits);
  TestHost host(net.port());
  to_token(host, net.monitor);
  CHECK_FALSE(wait_readable(host.peer().descriptor(), Millis(400)));
  tell(host, net.monitor, TokenNews::touch);
  CHECK(net.monitor.hears_nothing());
}

TEST_CASE("a key that fails ends the conversation with its reason") {
  NetProcess net;
  TestHost host(net.port());
  to_token(host, net.monitor);
  net.monitor.say(sample_answer());  // added, but nothing was made: cannot be, and is ignored
  net.monitor.say(failure());
  const auto answered = host.expect<channel::Answered>();
  REQUIRE(answered.has_value());
  CHECK(answered->outcome.code == channel::ResultCode::token_failed);
  CHECK(host.peer().ends_within());
}

TEST_CASE("the end of the window reaches a host that waits for a key in the Pi") {
  NetProcess net;
  TestHost host(net.port());
  to_token(host, net.monitor);
  net.monitor.refuse(channel::RefusalReason::window_closed);
  const auto answered = host.expect<channel::Answered>();
  REQUIRE(answered.has_value());
  CHECK(answered->outcome.code == channel::ResultCode::window_closed);
  CHECK(host.peer().ends_within());
  CHECK(net.monitor.hears_nothing());
}

TEST_CASE("a PIN that was overtaken by other news does not reach the monitor") {
  NetProcess net;
  TestHost host(net.port());
  to_token(host, net.monitor);
  tell(host, net.monitor, TokenNews::pin_wanted);
  // Both are on their way before the host's PIN.
  net.monitor.say(report(TokenNews::pulled_out));
  auto last = report(TokenNews::pin_wanted);
  last.question = 2;
  net.monitor.say(last);
  // Whatever net said first has arrived when it answers a later greeting.
  TestHost witness(net.port());
  witness.flush();
  (void)net.monitor.expect<roles::PeerGreeted>();
  REQUIRE(host.session().pin(pin("1111")));
  host.flush();
  REQUIRE(host.expect<channel::TokenNewsHeard>().has_value());
  REQUIRE(host.expect<channel::TokenNewsHeard>().has_value());
  REQUIRE(host.session().pin(pin("2222")));
  host.flush();
  const auto typed = net.monitor.expect<roles::PinArrived>();
  CHECK(as_text(typed.pin.view()) == "2222");
  CHECK(typed.question == 2);
}

TEST_CASE("names of keys and accounts that nobody can print do not keep news from leaving") {
  NetProcess net;
  TestHost host(net.port());
  to_token(host, net.monitor);
  auto message = report(TokenNews::touch);
  message.key.assign_cut("Key\x1b[2J");
  net.monitor.say(message);
  const auto heard = host.expect<channel::TokenNewsHeard>();
  REQUIRE(heard.has_value());
  CHECK(heard->event.key == "Key?[2J");
  auto handle = sample_handle();
  handle.comment = "two\nlines";
  net.monitor.say(roles::HandOver{fields_of(handle)});
  const auto done = host.expect<channel::TokenDone>();
  REQUIRE(done.has_value());
  CHECK(done->made.made.comment == "two?lines");
}

TEST_CASE("a Pi that has too much to tell ends it rather than say nothing") {
  NetProcess net;
  TestHost host(net.port());
  to_token(host, net.monitor);
  for (int i = 0; i < channel::kMaxTokenEvents; ++i) tell(host, net.monitor, TokenNews::touch);
  net.monitor.say(report(TokenNews::touch));
  net.monitor.expect_gone(Why::broke_protocol);
  const auto answered = host.expect<channel::Answered>();
  REQUIRE(answered.has_value());
  CHECK_FALSE(answered->outcome.ok());
}

TEST_CASE("who asks for an account longer than any is answered at once") {
  NetProcess net;
  TestHost host(net.port());
  play(host, net.monitor, Until::welcomed);
  auto request = sample_request();
  request.account = std::string(roles::kMaxAccount + 1, 'a');
  REQUIRE(host.session().request_token(request));
  const auto answered = host.expect<channel::Answered>();
  REQUIRE(answered.has_value());
  CHECK(answered->outcome.code == channel::ResultCode::bad_request);
  net.monitor.expect_gone(Why::broke_protocol);
}

TEST_CASE("who leaves while a key is made is reported") {
  NetProcess net;
  {
    TestHost host(net.port());
    to_token(host, net.monitor);
  }
  net.monitor.expect_gone(Why::left);
}

TEST_CASE("a host whose connection breaks is told apart from one that hangs up") {
  NetProcess net;
  TestHost host(net.port());
  to_token(host, net.monitor);
  SUBCASE("breaks") {
    host.peer().break_off();
    net.monitor.expect_gone(Why::lost);
  }
  SUBCASE("hangs up") {
    host.peer().close();
    net.monitor.expect_gone(Why::left);
  }
}
