// SPDX-License-Identifier: MIT
#include "hal/fido/sim/ctaphid/outgoing.hpp"

#include <algorithm>

namespace latchkey::fido::sim {

namespace {

std::uint8_t byte_of(std::size_t number, unsigned shift) {
  return static_cast<std::uint8_t>(number >> shift & 0xFFU);
}

/// A report with the head that initial packets and continuations have in common.
Report report_for(ChannelId channel, std::uint8_t fifth) {
  return {byte_of(channel, 24), byte_of(channel, 16), byte_of(channel, 8), byte_of(channel, 0),
          fifth};
}

void fill(Report& report, std::size_t room, ByteView& rest) {
  const auto part = rest.first(std::min(room, rest.size()));
  std::copy(part.begin(), part.end(), report.end() - static_cast<std::ptrdiff_t>(room));
  rest = rest.subspan(part.size());
}

}  // namespace

void Outgoing::push(const HidMessage& message) {
  auto rest = ByteView(message.payload);
  rest = rest.first(std::min(rest.size(), kMaxHidMessage));
  const auto length = message.announced.value_or(rest.size());
  auto initial =
      report_for(message.channel, static_cast<std::uint8_t>(message.command) | std::uint8_t{0x80});
  initial[5] = byte_of(length, 8);
  initial[6] = byte_of(length, 0);
  fill(initial, kInitialData, rest);
  push(initial);
  for (std::uint8_t sequence = 0; !rest.empty(); ++sequence) {
    auto continuation = report_for(message.channel, sequence);
    fill(continuation, kContinuationData, rest);
    push(continuation);
  }
}

void Outgoing::push_keepalive(ChannelId channel, KeepaliveStatus status) {
  const auto unread = std::any_of(reports_.begin(), reports_.end(), [&](const Report& report) {
    const auto packet = parse(report);
    return packet.initial && packet.channel == channel && packet.command == HidCommand::keepalive;
  });
  if (!unread) push({channel, HidCommand::keepalive, {static_cast<std::uint8_t>(status)}, {}});
}

std::optional<Report> Outgoing::pop() {
  if (reports_.empty()) return std::nullopt;
  const auto report = reports_.front();
  reports_.pop_front();
  return report;
}

void Outgoing::drop(ChannelId channel) {
  std::erase_if(reports_, [&](const Report& report) { return parse(report).channel == channel; });
}

void Outgoing::push(const Report& report) {
  if (reports_.size() == kMax) reports_.pop_front();
  reports_.push_back(report);
}

}  // namespace latchkey::fido::sim
