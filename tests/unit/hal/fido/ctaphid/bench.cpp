// SPDX-License-Identifier: MIT
#include "tests/unit/hal/fido/ctaphid/bench.hpp"

#include <algorithm>
#include <stdexcept>

namespace latchkey::fido::sim::bench {

Result<void> CountingRandom::fill(std::span<std::uint8_t> output) {
  if (fails) return fail(Errc::entropy);
  for (auto& byte : output) byte = next_++;
  return {};
}

Bytes touched() { return {0x00, 0xA1, 0x01, 0x02}; }
Bytes info() { return {0x00, 0xA1, 0x01, 0x81, 0x61, 0x78}; }

Outcome ScriptedAuthenticator::cbor(ByteView message, Instant /*now*/) {
  messages.push_back(to_bytes(message));
  const auto wait = [](Gesture gesture) {
    return Wait{{gesture, "ssh:"}, [](Reply answered, Instant /*at*/) {
                  return answered == Reply::yes ? touched() : answer(Status::operation_denied);
                }};
  };
  switch (message.front()) {
    case kGetInfo: return info();
    case kTouch: return wait(Gesture::touch);
    case kFinger: return wait(Gesture::verification);
    case kEcho: {
      auto echo = to_bytes(message);
      echo.front() = 0;
      return echo;
    }
    default: return answer(Status::invalid_command);
  }
}

Bytes ScriptedAuthenticator::u2f(ByteView apdu, Instant /*now*/) {
  Bytes reversed(apdu.rbegin(), apdu.rend());
  reversed.insert(reversed.end(), {0x90, 0x00});
  return reversed;
}

Reply ScriptedAuthenticator::ask(const Request& /*request*/) {
  ++asked;
  return yes_after != 0 && asked >= yes_after ? Reply::yes : reply;
}

void ScriptedAuthenticator::ended(Status status, Instant now) {
  endings.push_back(status);
  ended_at.push_back(now);
}

std::vector<Report> cut(ChannelId channel, HidCommand command, ByteView payload) {
  std::vector<Report> reports;
  std::size_t done = 0;
  do {
    Report report{};
    for (std::size_t i = 0; i < 4; ++i) {
      report.at(i) = static_cast<std::uint8_t>(channel >> (24 - 8 * i) & 0xFFU);
    }
    std::size_t head = 5;
    if (reports.empty()) {
      report[4] = static_cast<std::uint8_t>(0x80U | static_cast<std::uint8_t>(command));
      report[5] = static_cast<std::uint8_t>(payload.size() / 256);
      report[6] = static_cast<std::uint8_t>(payload.size() % 256);
      head = 7;
    } else {
      report[4] = static_cast<std::uint8_t>(reports.size() - 1);
    }
    while (head < report.size() && done < payload.size()) report.at(head++) = payload[done++];
    reports.push_back(report);
  } while (done < payload.size());
  return reports;
}

Report report(std::string_view hex) {
  std::string digits;
  std::copy_if(hex.begin(), hex.end(), std::back_inserter(digits), [](char c) { return c != ' '; });
  const auto bytes = from_hex(digits).value();
  Report report{};
  std::copy(bytes.begin(), bytes.end(), report.begin());
  return report;
}

std::string text(const std::optional<Report>& report) {
  if (!report) return "none";
  auto hex = to_hex(*report);
  while (hex.ends_with("00")) hex.resize(hex.size() - 2);
  return hex;
}

ChannelId Bench::open() {
  const Bytes nonce{1, 2, 3, 4, 5, 6, 7, 8};
  const auto answer = call(kBroadcast, HidCommand::init, nonce);
  if (!answer || answer->command != HidCommand::init) throw std::runtime_error("no channel");
  ChannelId channel = 0;
  for (std::size_t i = 8; i < 12; ++i) channel = channel << 8U | answer->payload.at(i);
  return channel;
}

void Bench::send(ChannelId channel, HidCommand command, ByteView payload) {
  for (const auto& report : cut(channel, command, payload)) key.take(report, now);
}

void Bench::pass(Millis time) {
  const auto end = now + time;
  while (key.wakes_at() && *key.wakes_at() <= end) {
    now = std::max(now, *key.wakes_at());
    key.wake(now);
  }
  now = end;
}

std::optional<Received> Bench::receive() {
  const auto first = key.give();
  if (!first) return std::nullopt;
  const auto head = parse(*first);
  if (!head.initial) throw std::runtime_error("a continuation of nothing: " + to_hex(*first));
  Received message{head.channel, head.command, to_bytes(head.data)};
  for (std::uint8_t sequence = 0; message.payload.size() < head.length; ++sequence) {
    const auto report = key.give();
    if (!report) throw std::runtime_error("a message without its end");
    const auto next = parse(*report);
    if (next.initial || next.channel != head.channel || next.sequence != sequence) {
      throw std::runtime_error("out of sequence: " + to_hex(*report));
    }
    message.payload.insert(message.payload.end(), next.data.begin(), next.data.end());
  }
  message.payload.resize(head.length);
  return message;
}

std::optional<Received> Bench::call(ChannelId channel, HidCommand command, ByteView payload) {
  send(channel, command, payload);
  return receive();
}

std::vector<Received> Bench::receive_all() {
  std::vector<Received> messages;
  while (auto message = receive()) messages.push_back(std::move(*message));
  return messages;
}

Received error(ChannelId channel, HidError error) {
  return {channel, HidCommand::error, {static_cast<std::uint8_t>(error)}};
}

}  // namespace latchkey::fido::sim::bench
