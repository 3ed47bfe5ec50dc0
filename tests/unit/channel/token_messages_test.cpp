// SPDX-License-Identifier: MIT
#include "core/channel/token_messages.hpp"

#include <doctest/doctest.h>

#include "tests/unit/channel/conversation.hpp"

using namespace latchkey;
using namespace latchkey::channel;
using namespace latchkey::channel::test;

namespace {

template <class Body>
Body there_and_back(const Body& body) {
  return std::get<Body>(decode(encode(body).value()).value());
}

template <class Change>
Result<Bytes> changed_request(Change change) {
  auto request = sample_request();
  change(request);
  return encode(request);
}

template <class Change>
Result<Bytes> changed_handle(Change change) {
  TokenMade made{sample_handle()};
  change(made.made);
  return encode(made);
}

Result<Bytes> pin_of(std::size_t size) {
  PinTyped typed = sample_pin();
  typed.pin.assign(size, '1');
  return encode(typed);
}

void check_same(const KeyHandle& left, const KeyHandle& right) {
  CHECK(left.key == right.key);
  CHECK(left.handle == right.handle);
  CHECK(left.flags == right.flags);
  CHECK(left.account == right.account);
  CHECK(left.comment == right.comment);
  CHECK(left.attestation == right.attestation);
  CHECK(left.made == right.made);
}

KeyHandle made_at(std::int64_t seconds, std::size_t attestation = 700) {
  auto handle = sample_handle();
  handle.made = WallTime(std::chrono::seconds(seconds));
  handle.attestation.assign(attestation, 1);
  return handle;
}

std::vector<std::int64_t> times(const Handles& handles) {
  std::vector<std::int64_t> all;
  for (const auto& handle : handles.handles) all.push_back(handle.made.time_since_epoch().count());
  return all;
}

}  // namespace

TEST_CASE("every field of a token request arrives") {
  const auto request = there_and_back(sample_request());
  CHECK(request.account == "pi");
  CHECK(request.comment == "ada@laptop");
  CHECK(request.limits == sample_request().limits);
  CHECK(request.algorithm == TokenAlgorithm::ed25519);
  CHECK(request.resident);
  CHECK(request.verify);
  CHECK_FALSE(request.existing);
  CHECK(request.application == "ssh:work");
  CHECK(request.user == "ada");
}

TEST_CASE("every field of the other messages arrives") {
  for (const auto news : {TokenNews::plug_in, TokenNews::touch, TokenNews::pin_wanted,
                          TokenNews::pin_wrong, TokenNews::pulled_out}) {
    const auto event = there_and_back(sample_event(news));
    CHECK(event.news == news);
    CHECK(event.tries_left == sample_event(news).tries_left);
    CHECK(event.key == "Test Key OTP+FIDO");
  }
  CHECK(there_and_back(sample_pin(9)).pin == sample_pin().pin);
  CHECK(there_and_back(sample_pin(9)).event == 9);
  check_same(there_and_back(TokenMade{sample_handle()}).made, sample_handle());
  CHECK(there_and_back(HandlesRequest{"pi"}).account == "pi");
  CHECK(there_and_back(HandlesRequest{}).account.empty());
  CHECK(there_and_back(Handles{}).handles.empty());
  const auto handles = there_and_back(Handles{{sample_handle(), made_at(7)}}).handles;
  REQUIRE(handles.size() == 2);
  check_same(handles[0], sample_handle());
  check_same(handles[1], made_at(7));
}

TEST_CASE("token requests keep their bounds") {
  CHECK_FALSE(changed_request([](TokenRequest& r) { r.account = ""; }));
  CHECK_FALSE(changed_request([](TokenRequest& r) { r.account = std::string(65, 'a'); }));
  CHECK_FALSE(changed_request([](TokenRequest& r) { r.comment = "\x1b[2J"; }));
  CHECK_FALSE(changed_request([](TokenRequest& r) { r.algorithm = TokenAlgorithm{3}; }));
  CHECK(changed_request([](TokenRequest& r) { r.application = "ssh:" + std::string(124, 'a'); }));
  CHECK_FALSE(
      changed_request([](TokenRequest& r) { r.application = "ssh:" + std::string(125, 'a'); }));
  CHECK(changed_request([](TokenRequest& r) { r.application = "ssh:"; }));
  CHECK_FALSE(changed_request([](TokenRequest& r) { r.application = "ssh"; }));
  CHECK_FALSE(changed_request([](TokenRequest& r) { r.application = ""; }));
  CHECK(changed_request([](TokenRequest& r) { r.user = std::string(31, 'u'); }));
  CHECK_FALSE(changed_request([](TokenRequest& r) { r.user = std::string(32, 'u'); }));
  CHECK_FALSE(changed_request(
      [](TokenRequest& r) { r.limits.expires = WallTime(std::chrono::seconds(-1)); }));
}

TEST_CASE("events and PINs keep their bounds") {
  TokenEvent event;
  for (int news = 0; news < 256; ++news) {
    event.news = static_cast<TokenNews>(news);
    CHECK(encode(event).has_value() == (news >= 1 && news <= 5));
  }
  event = sample_event(TokenNews::touch);
  event.key = std::string(65, 'k');
  CHECK_FALSE(encode(event));
  CHECK_FALSE(pin_of(0));
  CHECK(pin_of(1));
  CHECK(pin_of(63));
  CHECK_FALSE(pin_of(64));
  CHECK_FALSE(encode(sample_pin(0)));
  CHECK(encode(sample_pin(kMaxTokenEvents)));
  CHECK_FALSE(encode(sample_pin(kMaxTokenEvents + 1)));
}

TEST_CASE("handles keep their bounds") {
  CHECK(changed_handle([](KeyHandle& h) { h.handle = Bytes(1023); }));
  CHECK_FALSE(changed_handle([](KeyHandle& h) { h.handle = Bytes(1024); }));
  CHECK_FALSE(changed_handle([](KeyHandle& h) { h.handle = {}; }));
  CHECK_FALSE(changed_handle([](KeyHandle& h) { h.key = {}; }));
  CHECK_FALSE(changed_handle([](KeyHandle& h) { h.key = Bytes(4097); }));
  CHECK_FALSE(changed_handle([](KeyHandle& h) { h.account = ""; }));
  CHECK_FALSE(changed_handle([](KeyHandle& h) { h.comment = std::string(257, 'c'); }));
  CHECK(changed_handle([](KeyHandle& h) { h.attestation = {}; }));
  CHECK_FALSE(changed_handle([](KeyHandle& h) { h.attestation = Bytes(8193); }));
  CHECK_FALSE(changed_handle([](KeyHandle& h) { h.made = WallTime(std::chrono::seconds(-1)); }));
  CHECK(encode(Handles{std::vector(8, sample_handle())}));
  CHECK(encode(Handles{std::vector(9, sample_handle())}).error().is(Errc::too_large));
}

TEST_CASE("unknown fields of a handle are passed over, known ones must be there") {
  const std::string rest = "0141aa0241bb0300046270690560064007";
  const auto with = [&](const std::string& head, const std::string& tail) {
    return decode(from_hex("a2000801" + head + rest + "00" + tail).value());
  };
  CHECK(with("a7", ""));
  CHECK(with("a8", "0800"));
  CHECK_FALSE(with("a6", ""));
  CHECK_FALSE(with("a8", "0700"));
  CHECK_FALSE(with("a8", ""));
}

TEST_CASE("the latest handles come first, as many as a message takes") {
  CHECK(latest_that_fit({}).handles.empty());
  CHECK(times(latest_that_fit({made_at(5), made_at(7), made_at(6)})) ==
        std::vector<std::int64_t>{7, 6, 5});
  std::vector<KeyHandle> many;
  for (int i = 1; i <= 20; ++i) many.push_back(made_at(i));
  CHECK(times(latest_that_fit(many)) == std::vector<std::int64_t>{20, 19, 18, 17, 16, 15, 14, 13});
  for (std::size_t size = 0; size <= 8192; size += 32) {
    std::vector<KeyHandle> large;
    for (int i = 1; i <= 9; ++i) large.push_back(made_at(i, size));
    const auto fitting = latest_that_fit(large);
    CAPTURE(size);
    CHECK(encode(fitting));
    REQUIRE_FALSE(fitting.handles.empty());
    CHECK(times(fitting).front() == 9);
    // One more would not have fitted.
    auto one_more = fitting;
    const auto count = static_cast<int>(fitting.handles.size());
    one_more.handles.push_back(made_at(9 - count, size + 32));
    CHECK_FALSE(encode(one_more));
  }
}

TEST_CASE("the largest handle fits, and one beyond its bounds keeps no other out") {
  auto largest = sample_handle();
  largest.key = Bytes(4096);
  largest.handle = Bytes(1023);
  largest.account = std::string(64, 'a');
  largest.comment = std::string(256, 'c');
  largest.attestation = Bytes(8192);
  CHECK(latest_that_fit({largest}).handles.size() == 1);
  auto broken = made_at(2'000'000'000);
  broken.handle = Bytes(1024);
  const auto fitting = latest_that_fit({sample_handle(), broken});
  REQUIRE(fitting.handles.size() == 1);
  check_same(fitting.handles[0], sample_handle());
}
