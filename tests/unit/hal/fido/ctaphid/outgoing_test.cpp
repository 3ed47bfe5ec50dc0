// SPDX-License-Identifier: MIT
#include "hal/fido/sim/ctaphid/outgoing.hpp"

#include <doctest/doctest.h>

#include <numeric>

#include "tests/unit/hal/fido/ctaphid/bench.hpp"

using namespace latchkey;
using namespace latchkey::fido;
using namespace latchkey::fido::sim;
using namespace latchkey::fido::sim::bench;

namespace {

std::vector<Report> all(Outgoing& outgoing) {
  std::vector<Report> reports;
  while (auto report = outgoing.pop()) reports.push_back(*report);
  return reports;
}

}  // namespace

TEST_CASE("messages of every length are cut as the specification says") {
  for (const auto size : std::initializer_list<std::size_t>{0, 1, 57, 58, 116, 117, 1200, 7609}) {
    CAPTURE(size);
    Bytes payload(size);
    std::iota(payload.begin(), payload.end(), std::uint8_t{1});
    Outgoing outgoing;
    outgoing.push({7, HidCommand::cbor, payload, {}});
    CHECK(all(outgoing) == cut(7, HidCommand::cbor, payload));
  }
}

TEST_CASE("a message may announce another length than it has") {
  Outgoing outgoing;
  outgoing.push({1, HidCommand::cbor, {0xAA}, 0x1234});
  CHECK(text(outgoing.pop()) == "00000001901234aa");
}

TEST_CASE("what no message can carry is cut off") {
  Outgoing outgoing;
  outgoing.push({7, HidCommand::cbor, Bytes(9000), {}});
  CHECK(all(outgoing) == cut(7, HidCommand::cbor, Bytes(7609)));
}

TEST_CASE("keep-alives do not pile up unread") {
  Outgoing outgoing;
  outgoing.push_keepalive(1, KeepaliveStatus::processing);
  outgoing.push_keepalive(1, KeepaliveStatus::processing);
  outgoing.push_keepalive(2, KeepaliveStatus::user_presence_needed);
  CHECK(text(outgoing.pop()) == "00000001bb000101");
  CHECK(text(outgoing.pop()) == "00000002bb000102");
  CHECK(text(outgoing.pop()) == "none");
}

TEST_CASE("one channel's reports can be forgotten") {
  Outgoing outgoing;
  outgoing.push({1, HidCommand::ping, Bytes(100), {}});
  outgoing.push({2, HidCommand::ping, Bytes(100), {}});
  outgoing.drop(1);
  CHECK(all(outgoing) == cut(2, HidCommand::ping, Bytes(100)));
}

TEST_CASE("who does not read loses the oldest reports") {
  Outgoing outgoing;
  for (int i = 0; i < 20; ++i) outgoing.push({1, HidCommand::ping, Bytes(7609), {}});
  outgoing.push({2, HidCommand::ping, {0xAA}, {}});
  const auto reports = all(outgoing);
  CHECK(reports.size() == Outgoing::kMax);
  CHECK(text(reports.back()) == "00000002810001aa");
}
