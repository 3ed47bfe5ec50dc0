// SPDX-License-Identifier: MIT
// Executes the examples of docs/reference/protocol.md: blocks fenced as "```hex NAME".
#include <doctest/doctest.h>

#include <fstream>
#include <map>
#include <string>

#include "core/attest/record.hpp"
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

attest::Record attestation() {
  return {.attestation = {.format = attest::Format::packed,
                          .authenticator_data = {0x51, 0x52, 0x53},
                          .signature = {0x61, 0x62, 0x63},
                          .chain = {{0x71, 0x72, 0x73}}},
          .challenge = {}};
}

Offer attested_offer() {
  return {.account = "pi",
          .key = {0x31, 0x32, 0x33},
          .comment = "ada@laptop",
          .limits = {},
          .signature = {},
          .attestation = encode(attestation()).value()};
}

TokenRequest token_request() {
  TokenRequest request;
  request.account = "pi";
  request.comment = "ada@laptop";
  request.limits = limits();
  request.algorithm = TokenAlgorithm::ed25519;
  request.verify = true;
  return request;
}

KeyHandle key_handle() {
  return {.key = {0x31, 0x32, 0x33},
          .handle = {0x81, 0x82, 0x83},
          .flags = 0x01,
          .account = "pi",
          .comment = "made at the Pi",
          .attestation = encode(attestation()).value(),
          .made = WallTime(std::chrono::seconds(1767225600))};
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
        "additional-data attestation attestation-challenge confirm-host confirm-pi greeting "
        "handles handles-request hello "
        "ke offer offer-attested password-scalar pin psk refuse result share-host share-pi "
        "signature-wanted statement token-event token-made token-request verdict welcome ");
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

TEST_CASE("the protocol page shows what is said of security keys as it is") {
  check_message("offer-attested", attested_offer());
  check_message("signature-wanted", SignatureWanted{"No root of this Pi's."});
  check_message("token-request", token_request());
  check_message("token-event", TokenEvent{TokenNews::pin_wanted, 8, "Test Key"});
  check_message("pin", PinTyped{{'1', '2', '3', '4'}, 1});
  check_message("token-made", TokenMade{key_handle()});
  check_message("handles-request", HandlesRequest{"pi"});
  check_message("handles", Handles{{key_handle()}});
}

TEST_CASE("the protocol page shows an attestation as it is") {
  CHECK(to_hex(example("attestation")) == to_hex(encode(attestation()).value()));
  CHECK(attest::decode_record(example("attestation")).value() == attestation());
}

TEST_CASE("the protocol page names every reason of a refusal, and its numbers") {
  std::ifstream page(LATCHKEY_PROTOCOL_PAGE);
  std::string line;
  int reasons = 0;
  while (std::getline(page, line) && line != "| reason | name | means |") {
  }
  while (std::getline(page, line) && line.starts_with("| ")) {
    if (line.starts_with("| ---")) continue;
    CAPTURE(line);
    CHECK(std::stoi(line.substr(2)) == ++reasons);
  }
  for (int reason = 0; reason < 256; ++reason) {
    const Bytes payload{static_cast<std::uint8_t>(reason), 0};
    CAPTURE(reason);
    CHECK(decode_refusal(payload).has_value() == (reason >= 1 && reason <= reasons));
  }
}

TEST_CASE("the protocol page names every code of a result, and its numbers") {
  std::ifstream page(LATCHKEY_PROTOCOL_PAGE);
  std::string line;
  int codes = 0;
  while (std::getline(page, line) && line != "| code | name | means |") {
  }
  while (std::getline(page, line) && line.starts_with("| ")) {
    Outcome outcome;
    if (line.starts_with("| ---")) continue;
    outcome.code = static_cast<ResultCode>(std::stoi(line.substr(2)));
    CAPTURE(line);
    CHECK(encode(outcome));
    ++codes;
  }
  int known = 0;
  for (int code = 0; code < 256; ++code) {
    Outcome outcome;
    outcome.code = static_cast<ResultCode>(code);
    if (encode(outcome)) ++known;
  }
  CHECK(codes == known);
}

TEST_CASE("the protocol page shows what is signed as it is") {
  const auto hash = hash_host_keys(host_keys()).value();
  const auto statement = enrolment_statement(welcome().challenge, "pi", limits(), hash);
  CHECK(to_hex(example("statement")) == to_hex(statement));
  CHECK(to_hex(example("attestation-challenge")) ==
        to_hex(attestation_challenge(statement).value()));
}
