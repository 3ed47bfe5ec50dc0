// SPDX-License-Identifier: MIT
#include "tests/unit/host/support/scripted_pi.hpp"

#include <doctest/doctest.h>
#include <algorithm>

#include "core/pairing/blink_code.hpp"

namespace latchkey::host::test {

ScriptedPi::ScriptedPi(crypto::Random& random) : random_(random) {
  hello.name = "raspberrypi";
  code = some_code();
  welcome.challenge.fill(0x5a);
  welcome.accounts = {"pi"};
  welcome.key_types = {"ssh-ed25519", "ssh-rsa"};
  welcome.device = "raspberrypi";
  welcome.model = "Raspberry Pi 4 Model B Rev 1.5";
  outcome.code = channel::ResultCode::added;
  outcome.text = "added";
  outcome.path = "/home/pi/.ssh/authorized_keys";
  outcome.log_position = 7;
}

void ScriptedPi::answer(net::ScriptedDialer& dialer) {
  dialer.expect([this]() -> Result<std::unique_ptr<net::ByteStream>> {
    auto pair = net::make_memory_pair();
    REQUIRE(pair.has_value());
    stream_ = std::move(pair->second);
    session_ = std::make_unique<channel::PiSession>(random_);
    net::StreamDoor(*stream_).on_arrival([this] { arrived(); });
    return std::move(pair->first);
  });
}

void ScriptedPi::arrived() {
  while (auto bytes = stream_->read_some(4096, {})) {
    if (silent) continue;
    if (garbage) {
      (void)stream_->write_all(as_bytes("SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n"), {});
      continue;
    }
    session_->receive(*bytes);
    while (auto event = session_->next_event()) handle(*event);
    flush();
  }
}

void ScriptedPi::flush() {
  const auto bytes = session_->take_output();
  if (!bytes.empty() && stream_->descriptor() >= 0) (void)stream_->write_all(bytes, {});
}

void ScriptedPi::handle(const channel::PiEvent& event) {
  if (const auto* greeted = std::get_if<channel::Greeted>(&event)) {
    greeted_by = greeted->name;
    if (refuse_greeting) {
      session_->refuse(*refuse_greeting);
      return;
    }
    REQUIRE(session_->start(hello, code).has_value());
    REQUIRE(session_->set_welcome(welcome).has_value());
    if (refuse_after_hello) {
      flush();
      session_->refuse(*refuse_after_hello);
    }
  } else if (std::holds_alternative<channel::ShareWanted>(event)) {
    ++guesses;
    REQUIRE(session_->release_share().has_value());
  } else if (std::holds_alternative<channel::CodeProved>(event)) {
    proved = true;
  } else if (std::holds_alternative<channel::CodeWrong>(event)) {
    session_->refuse({channel::RefusalReason::wrong_code, static_cast<std::uint8_t>(tries)});
  } else if (const auto* offered = std::get_if<channel::Offered>(&event)) {
    handle(offered->offer);
  } else if (const auto* asked = std::get_if<channel::TokenAsked>(&event)) {
    token_requests.push_back(asked->request);
    go_on_with_token();
  } else if (const auto* given = std::get_if<channel::PinGiven>(&event)) {
    pins.emplace_back(given->typed.pin.begin(), given->typed.pin.end());
    go_on_with_token();
  } else if (const auto* wanted = std::get_if<channel::HandlesAsked>(&event)) {
    handles_requests.push_back(wanted->request);
    if (outcome.ok()) {
      REQUIRE(session_->give(channel::Handles{handles}).has_value());
    } else {
      REQUIRE(session_->answer(outcome).has_value());
    }
  } else if (const auto* judged = std::get_if<channel::Judged>(&event)) {
    verdicts.push_back(judged->verdict);
    auto answer = outcome;
    if (!judged->verdict.logged_in) answer.code = channel::ResultCode::taken_out;
    REQUIRE(session_->answer(answer).has_value());
  }
}

void ScriptedPi::handle(const channel::Offer& offer) {
  offers.push_back(offer);
  if (hang_up_on_offer) {
    stream_->close();
  } else if (wants_signature && offer.signature.empty()) {
    REQUIRE(session_->want_signature({*wants_signature}).has_value());
  } else {
    REQUIRE(session_->answer(outcome).has_value());
  }
}

void ScriptedPi::go_on_with_token() {
  using channel::TokenNews;
  while (!token_events.empty()) {
    const auto event = std::move(token_events.front());
    token_events.pop_front();
    REQUIRE(session_->tell(event).has_value());
    const bool asks = event.news == TokenNews::pin_wanted || event.news == TokenNews::pin_wrong;
    if (asks && !impatient) return;
  }
  if (before_made) before_made();
  if (token_made && outcome.ok()) {
    REQUIRE(session_->give(channel::TokenMade{*token_made}).has_value());
    if (hang_up_when_made) {
      flush();
      return stream_->close();
    }
  }
  REQUIRE(session_->answer(outcome_after_made.value_or(outcome)).has_value());
}

std::string some_code() {
  crypto::SystemRandom random;
  auto code = pairing::BlinkCode::make(pairing::CodeShape::normal, random);
  REQUIRE(code.has_value());
  return std::string(code->digits());
}

std::string another_code(const std::string& than) {
  auto code = some_code();
  while (code == than) code = some_code();
  return code;
}

std::string misread(std::string code) {
  code.front() = code.front() == '5' ? '4' : static_cast<char>(code.front() + 1);
  return code;
}

}  // namespace latchkey::host::test
