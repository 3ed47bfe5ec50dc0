// SPDX-License-Identifier: MIT
// Executes the examples of docs/reference/protocol.md: blocks fenced as "```hex NAME".
#include <doctest/doctest.h>

#include <fstream>
#include <map>
#include <string>

#include "core/channel/fields.hpp"
#include "core/channel/frame.hpp"
#include "core/channel/spake2.hpp"
#include "core/channel/statement.hpp"
#include "core/channel/tls_session.hpp"
#include "tests/unit/channel/conversation.hpp"

using namespace latchkey;
using namespace latchkey::channel;

namespace {

/// The examples of the page, by name. A comment runs from '#' to the end of its line.
std::map<std::string, Bytes> read_page() {
  const std::string fence = "```hex ";
  std::ifstream page(LATCHKEY_PROTOCOL_PAGE);
  REQUIRE(page.is_open());
  std::map<std::string, Bytes> examples;
  std::string line;
  while (std::getline(page, line)) {
    if (!line.starts_with(fence)) continue;
    const auto name = line.substr(fence.size());
    std::string hex;
    while (std::getline(page, line) && line != "```") {
      hex += line.substr(0, line.find('#'));
    }
    std::erase(hex, ' ');
    CAPTURE(name);
    auto bytes = from_hex(hex);
    REQUIRE(bytes);
    CHECK(examples.emplace(name, *bytes).second);
  }
  return examples;
}

Bytes example(const std::string& name) {
  const auto examples = read_page();
  CAPTURE(name);
  REQUIRE(examples.contains(name));
  return examples.at(name);
}

Bytes framed(FrameType type, ByteView payload) {
  Bytes out;
  put_frame(out, type, payload);
  return out;
}

Bytes payload_of(const std::string& name) {
  FrameReader reader;
  reader.receive(example(name));
  return reader.next().value().value().payload;
}

Greeting greeting() { return {.versions = {1}, .name = "ada's laptop"}; }

p256::Scalar repeated(std::uint8_t byte) {
  p256::Scalar scalar;
  for (auto& one : scalar.bytes()) one = byte;
  return scalar;
}

p256::Scalar password() { return password_scalar("12345123", test::sample_hello().nonce).value(); }

std::vector<Bytes> host_keys() { return {{0x11, 0x12, 0x13}, {0x21, 0x22}}; }

Limits limits() {
  return {.expires = WallTime(std::chrono::seconds(1767225600)),
          .from = "10.0.0.0/8",
          .restrict = true};
}

Welcome welcome() {
  auto message = test::sample_welcome();
  message.key_types = {"ssh-ed25519"};
  message.host_keys = host_keys();
  return message;
}

Offer offer() {
  return {.account = "pi",
          .key = {0x31, 0x32, 0x33},
          .comment = "ada@laptop",
          .limits = limits(),
          .signature = {0x41, 0x42, 0x43}};
}

Outcome result() {
  auto message = test::sample_outcome();
  message.text = "Added.";
  return message;
}

void check_message(const std::string& name, const Message& message) {
  CAPTURE(name);
  const auto cbor = encode(message).value();
  Bytes counted;
  put_u32(counted, static_cast<std::uint32_t>(cbor.size()));
  put_bytes(counted, cbor);
  CHECK(to_hex(counted) == to_hex(example(name)));
  const auto read = decode(ByteView(example(name)).subspan(4));
  REQUIRE(read);
  CHECK(read->index() == message.index());
}

}  // namespace

TEST_CASE("the protocol page has all examples, and none that nobody executes") {
  std::string names;
  for (const auto& [name, bytes] : read_page()) names += name + " ";
  CHECK(names ==
        "additional-data confirm-host confirm-pi greeting hello ke offer password-scalar psk "
        "refuse result share-host share-pi statement verdict welcome ");
}

TEST_CASE("the protocol page shows the frames in the clear as they are") {
  CHECK(to_hex(example("greeting")) ==
        to_hex(framed(FrameType::greeting, encode(greeting()).value())));
  CHECK(decode_greeting(payload_of("greeting"))->name == "ada's laptop");
  CHECK(to_hex(example("hello")) ==
        to_hex(framed(FrameType::hello, encode(test::sample_hello()).value())));
  CHECK(decode_hello(payload_of("hello"))->nonce == test::sample_hello().nonce);
  const Refusal refusal{RefusalReason::wrong_code, 2};
  CHECK(to_hex(example("refuse")) == to_hex(framed(FrameType::refuse, encode(refusal))));
  CHECK(decode_refusal(payload_of("refuse")).value() == refusal);
}

TEST_CASE("the protocol page shows SPAKE2 as it is") {
  test::SeededRandom random(1);
  CHECK(to_hex(example("password-scalar")) == to_hex(password().bytes()));
  auto host = Spake2::begin(Party::a, {}, password(), repeated(0x11), random).value();
  auto pi = Spake2::begin(Party::b, {}, password(), repeated(0x22), random).value();
  CHECK(to_hex(example("share-host")) == to_hex(framed(FrameType::share_host, host.share())));
  CHECK(to_hex(example("share-pi")) == to_hex(framed(FrameType::share_pi, pi.share())));

  const auto agreed = additional_data(payload_of("greeting"), payload_of("hello"));
  CHECK(to_hex(example("additional-data")) == to_hex(agreed));
  const auto host_keys = host.finish(pi.share(), agreed, random).value();
  const auto pi_keys = pi.finish(host.share(), agreed, random).value();
  CHECK(to_hex(example("ke")) == to_hex(host_keys.key.bytes()));
  CHECK(to_hex(example("confirm-host")) ==
        to_hex(framed(FrameType::confirm_host, host_keys.own_confirmation.bytes())));
  CHECK(to_hex(example("confirm-pi")) ==
        to_hex(framed(FrameType::confirm_pi, pi_keys.own_confirmation.bytes())));
  CHECK(to_hex(example("psk")) == to_hex(derive_psk(host_keys.key)->bytes()));
}

TEST_CASE("the protocol page shows the messages as they are") {
  check_message("welcome", welcome());
  check_message("offer", offer());
  check_message("result", result());
  check_message("verdict", Verdict{true});
}

TEST_CASE("the protocol page shows what is signed as it is") {
  const auto hash = hash_host_keys(host_keys()).value();
  CHECK(to_hex(example("statement")) ==
        to_hex(enrolment_statement(welcome().challenge, "pi", limits(), hash)));
}
