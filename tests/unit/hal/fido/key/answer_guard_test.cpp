// SPDX-License-Identifier: MIT
#include "hal/fido/libfido2/answer_guard.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "hal/fido/sim/ctaphid/outgoing.hpp"

using namespace latchkey;
using namespace latchkey::fido;
using namespace latchkey::fido::sim;

namespace {

constexpr ChannelId kChannel = 0x01020304;

/// Whether the answer, in its reports, is borne to its end; keep-alives come before it.
bool borne(std::uint8_t command, const std::string& hex) {
  AnswerGuard guard;
  Outgoing request;
  request.push({kChannel, HidCommand::cbor, {command}, {}});
  guard.sent(*request.pop());
  Outgoing answer;
  answer.push({kChannel, HidCommand::keepalive, {2}, {}});
  answer.push({kChannel, HidCommand::cbor, from_hex(hex).value(), {}});
  while (const auto report = answer.pop()) {
    if (!guard.bearable(*report)) return false;
  }
  return true;
}

constexpr std::uint8_t kGetInfo = 0x04;

}  // namespace

TEST_CASE("Counts up to a bound are borne, and none beyond") {
  for (const auto command : {std::uint8_t{0x02}, std::uint8_t{0x0A}, std::uint8_t{0x41}}) {
    CAPTURE(static_cast<int>(command));
    CHECK(borne(command, "00a10501"));
    CHECK(borne(command, "00a105190400"));
    CHECK_FALSE(borne(command, "00a105190401"));
    CHECK_FALSE(borne(command, "00a1051affffffff"));
    CHECK_FALSE(borne(command, "00a201010519ffff"));
    CHECK_FALSE(borne(command, "00a205010519ffff"));
    CHECK_FALSE(borne(command, "00a1051bffffffffffffffff"));
  }
  CHECK(borne(0x0A,
              "00a10919"
              "0400"));
  CHECK_FALSE(borne(0x0A,
                    "00a1091904"
                    "01"));
  CHECK(borne(0x02, "00a109190401"));
}

TEST_CASE("A count is found in whatever encoding libfido2 takes it") {
  CHECK_FALSE(borne(0x02, "00a118051affffffff"));
  CHECK_FALSE(borne(0x02, "00a1051b0000000000000401"));
  CHECK(borne(0x02, "00a1051b0000000000000400"));
  CHECK(borne(0x02, "00a10543ffffff"));  // no number
}

TEST_CASE("What claims to hold more than is there is not borne, whatever it answers") {
  for (const auto command :
       {kGetInfo, std::uint8_t{0x01}, std::uint8_t{0x02}, std::uint8_t{0x06}}) {
    CAPTURE(static_cast<int>(command));
    CHECK_FALSE(borne(command, "009a7fffffff"));
    CHECK_FALSE(borne(command, "00a1019a7fffffff00"));
    CHECK_FALSE(borne(command, "00ba7fffffff"));
    CHECK_FALSE(borne(command, "00a1015a7fffffff"));
    CHECK_FALSE(borne(command, "009f0001ff"));
    CHECK_FALSE(borne(command, "00a105"));
    CHECK(borne(command, "00a10001"));
    CHECK(borne(command, "00820102ff"));
  }
}

TEST_CASE("The public key and the extensions inside authenticator data are looked at too") {
  const std::string hash(2UL * 32, '1');
  const auto data = [&](const std::string& flags, const std::string& rest) {
    const auto bytes = from_hex(hash + flags + "00000000" + rest).value();
    std::string head = "00a10258";
    return head + to_hex(Bytes(1, static_cast<std::uint8_t>(bytes.size()))) + to_hex(bytes);
  };
  const std::string credential = std::string(2UL * 16, '0') + "0002" + "abcd";
  CHECK(borne(0x01, data("41", credential + "a10102")));
  CHECK_FALSE(borne(0x01, data("41", credential + "9a7fffffff")));
  CHECK_FALSE(borne(0x01, data("41", credential)));
  CHECK(borne(0x01, data("c1", credential + "a10102" + "a16161f5")));
  CHECK_FALSE(borne(0x01, data("c1", credential + "a10102" + "9a7fffffff")));
  CHECK(borne(0x02, data("01", "")));
  CHECK(borne(0x02, data("81", "a16161f5")));
  CHECK_FALSE(borne(0x02, data("81", "9a7fffffff")));
  CHECK_FALSE(borne(0x08, data("81", "9a7fffffff")));
  // With attested data in an assertion libfido2 looks for extensions right behind the counter.
  CHECK_FALSE(borne(0x02, data("c1", "9a7fffffff")));
  CHECK(borne(0x02, "00a10244abcdef01"));
}

TEST_CASE("A count in the last of many reports is found") {
  std::string hex =
      "00a20259"
      "0400" +
      std::string(2UL * 0x400, '5');
  CHECK(borne(0x02, hex + "0501"));
  CHECK_FALSE(borne(0x02, hex + "051affffffff"));
}

TEST_CASE("What is said on another channel, to another program, changes nothing") {
  AnswerGuard guard;
  Outgoing request;
  request.push({kChannel, HidCommand::cbor, {0x02}, {}});
  guard.sent(*request.pop());
  Outgoing answer;
  auto lie = from_hex("005a7fffffff").value();
  lie.resize(100);
  answer.push({kChannel, HidCommand::cbor, lie, {}});
  CHECK(guard.bearable(*answer.pop()));
  Outgoing other;
  other.push({kChannel + 1, HidCommand::cbor, from_hex("00a1051affffffff").value(), {}});
  CHECK(guard.bearable(*other.pop()));
  // Nor does cancelling: the answer may still come.
  Outgoing cancel;
  cancel.push({kChannel, HidCommand::cancel, {}, {}});
  guard.sent(*cancel.pop());
  CHECK_FALSE(guard.bearable(*answer.pop()));
}

TEST_CASE("Other commands, errors and empty answers are none of its business") {
  CHECK(borne(kGetInfo, "00a1051affffffff"));
  CHECK(borne(0x02, "2e"));
  CHECK(borne(0x02, "00"));
  CHECK(borne(0x02, ""));
  AnswerGuard guard;
  CHECK(guard.bearable(Report{}));
}
