// SPDX-License-Identifier: MIT
#include "tests/unit/channel/conversation.hpp"

#include <algorithm>

namespace latchkey::channel::test {
namespace {

constexpr int kMaxRounds = 64;

}  // namespace

Result<void> SeededRandom::fill(std::span<std::uint8_t> output) {
  ++calls;
  if (fails_at != 0 && calls >= fails_at) return fail(Errc::entropy, "pretending to fail");
  for (auto& byte : output) byte = static_cast<std::uint8_t>(engine_());
  return {};
}

Hello sample_hello() {
  Hello hello;
  for (std::size_t i = 0; i < hello.nonce.size(); ++i) {
    hello.nonce[i] = static_cast<std::uint8_t>(0xa0 + i);
  }
  hello.name = "raspberrypi";
  return hello;
}

Welcome sample_welcome() {
  Welcome welcome;
  welcome.challenge.fill(0x5a);
  welcome.accounts = {"pi", "admin"};
  welcome.key_types = {"ssh-ed25519", "sk-ssh-ed25519@openssh.com"};
  welcome.hardware = attest::HardwareRule::prefer;
  welcome.max_validity_days = 90;
  welcome.host_keys = {Bytes(51, 0x11), Bytes(104, 0x22)};
  welcome.sshd_running = true;
  welcome.device = "raspberrypi";
  welcome.model = "Raspberry Pi 4 Model B Rev 1.5";
  return welcome;
}

Offer sample_offer() {
  return {.account = "pi",
          .key = Bytes(51, 0x33),
          .comment = "ada@laptop",
          .limits = {.expires = WallTime(std::chrono::seconds(1767225600)),
                     .from = "192.168.0.0/16",
                     .restrict = true},
          .signature = Bytes(180, 0x44)};
}

Outcome sample_outcome() {
  Outcome outcome;
  outcome.code = ResultCode::added;
  outcome.text = "Added to /home/pi/.ssh/authorized_keys.";
  outcome.fingerprint = "SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU";
  outcome.path = "/home/pi/.ssh/authorized_keys";
  outcome.hardware = "Test Key, attested by Test Root";
  outcome.sshd_running = true;
  outcome.log_position = 7;
  outcome.log_hash.fill(0x66);
  return outcome;
}

Offer attested_offer() {
  auto offer = sample_offer();
  offer.signature.clear();
  offer.attestation = Bytes(700, 0x55);
  return offer;
}

TokenRequest sample_request() {
  return {.account = "pi",
          .comment = "ada@laptop",
          .limits = sample_offer().limits,
          .algorithm = TokenAlgorithm::ed25519,
          .resident = true,
          .verify = true,
          .existing = false,
          .application = "ssh:work",
          .user = "ada"};
}

TokenEvent sample_event(TokenNews news) {
  const bool asks = news == TokenNews::pin_wanted || news == TokenNews::pin_wrong;
  return {.news = news,
          .tries_left = static_cast<std::uint8_t>(asks ? 8 : 0),
          .key = "Test Key OTP+FIDO"};
}

PinTyped sample_pin(std::uint8_t event) { return {.pin = {'1', '2', '3', '4'}, .event = event}; }

KeyHandle sample_handle() {
  return {.key = Bytes(74, 0x77),
          .handle = Bytes(64, 0x88),
          .flags = 0x25,
          .account = "pi",
          .comment = "made at the Pi",
          .attestation = Bytes(700, 0x99),
          .made = WallTime(std::chrono::seconds(1767225600))};
}

Conversation::Conversation(std::uint64_t seed, int host_fails_at, int pi_fails_at)
    : host_random(seed, host_fails_at),
      pi_random(seed + 1000, pi_fails_at),
      host("ada's laptop", host_random),
      pi(pi_random) {}

void Conversation::run() {
  for (int round = 0; round < kMaxRounds; ++round) {
    const bool asked = move(Side::host);
    const bool answered = move(Side::pi);
    if (!asked && !answered) return;
  }
}

bool Conversation::move(Side from) {
  Bytes flight = from == Side::host ? host.take_output() : pi.take_output();
  if (flight.empty()) return false;
  if (on_flight) on_flight(from, flight);
  (from == Side::host ? from_host : from_pi).push_back(flight);
  ByteView rest(flight);
  while (!rest.empty()) {
    std::size_t size = rest.size();
    if (piece > 0) size = static_cast<std::size_t>(piece);
    if (piece < 0) size = 1 + pieces_() % 200;
    size = std::min(size, rest.size());
    if (from == Side::host) {
      pi.receive(rest.first(size));
      serve_pi();
    } else {
      host.receive(rest.first(size));
      serve_host();
    }
    rest = rest.subspan(size);
  }
  return true;
}

void Conversation::serve_host() {
  while (auto event = host.next_event()) {
    if (const auto* helloed = std::get_if<Helloed>(&*event)) {
      hello = helloed->hello;
      expect(host.enter_code(host_code));
    } else if (const auto* welcomed = std::get_if<Welcomed>(&*event)) {
      welcome = welcomed->welcome;
      expect(host.offer(sample_offer()));
    } else if (const auto* answered = std::get_if<Answered>(&*event)) {
      outcomes.push_back(answered->outcome);
      if (judge && outcomes.size() == 1 && answered->outcome.ok()) expect(host.verdict({true}));
    } else if (const auto* refused = std::get_if<Refused>(&*event)) {
      refusal = refused->refusal;
    } else if (const auto* broken = std::get_if<Broken>(&*event)) {
      host_error = broken->error;
    }
  }
}

void Conversation::serve_pi() {
  while (auto event = pi.next_event()) {
    if (const auto* peer = std::get_if<Greeted>(&*event)) {
      greeted = peer->name;
      expect(pi.start(sample_hello(), pi_code));
    } else if (std::holds_alternative<ShareWanted>(*event)) {
      expect(pi.release_share());
    } else if (std::holds_alternative<CodeProved>(*event)) {
      code_proved = true;
      expect(pi.set_welcome(sample_welcome()));
    } else if (std::holds_alternative<CodeWrong>(*event)) {
      code_wrong = true;
      pi.refuse({RefusalReason::wrong_code, 2});
    } else if (const auto* offer = std::get_if<Offered>(&*event)) {
      offered = offer->offer;
      expect(pi.answer(sample_outcome()));
    } else if (const auto* verdict = std::get_if<Judged>(&*event)) {
      judged = verdict->verdict;
      auto outcome = sample_outcome();
      outcome.code = ResultCode::kept;
      expect(pi.answer(outcome));
    } else if (const auto* broken = std::get_if<PeerBroken>(&*event)) {
      pi_error = broken->error;
    }
  }
}

}  // namespace latchkey::channel::test
