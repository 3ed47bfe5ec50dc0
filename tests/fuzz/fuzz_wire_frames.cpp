// SPDX-License-Identifier: MIT
// Any bytes from the network into either end, whose owner does what a good owner does. The first
// byte chooses the end (even: the Pi's); then follow the pieces in which the bytes arrive, each
// with its length before it (16 bits, big-endian).
#include <algorithm>

#include "core/channel/host_session.hpp"
#include "core/channel/pi_session.hpp"
#include "tests/fuzz/fixed_random.hpp"
#include "tests/fuzz/require.hpp"

using namespace latchkey;
using namespace latchkey::channel;

namespace {

constexpr auto kCode = "12345123";
constexpr auto kStrictCode = "1234512345";
constexpr std::size_t kMaxOutput = std::size_t{64} * 1024;

Hello sample_hello() {
  Hello hello;
  for (std::size_t i = 0; i < hello.nonce.size(); ++i) {
    hello.nonce[i] = static_cast<std::uint8_t>(0xa0 + i);
  }
  hello.name = "raspberrypi";
  return hello;
}

/// A session may have ended behind the event that its owner acts upon.
void allowed(const Result<void>& result) {
  require(result || result.error().is(Errc::out_of_order));
}

template <class Session, class Serve>
void feed(Session& session, ByteView input, Serve serve) {
  constexpr std::size_t kLength = 2;
  std::size_t output = 0;
  while (input.size() >= kLength) {
    const std::size_t claimed = input[0] * std::size_t{256} + input[1];
    input = input.subspan(kLength);
    const auto size = std::min(claimed, input.size());
    session.receive(input.first(size));
    while (auto event = session.next_event()) serve(*event);
    output += session.take_output().size();
    require(output <= kMaxOutput);
    input = input.subspan(size);
  }
}

void feed_pi(ByteView input) {
  FixedRandom random(1001);
  PiSession pi(random);
  bool proved = false;
  bool over = false;
  feed(pi, input, [&](const PiEvent& event) {
    require(!over);
    if (std::holds_alternative<Greeted>(event)) allowed(pi.start(sample_hello(), kCode));
    if (std::holds_alternative<ShareWanted>(event)) (void)pi.release_share();
    if (std::holds_alternative<CodeProved>(event)) {
      proved = true;
      allowed(pi.set_welcome(Welcome{}));
    }
    if (std::holds_alternative<CodeWrong>(event)) pi.refuse({RefusalReason::wrong_code, 2});
    if (std::holds_alternative<Offered>(event) || std::holds_alternative<Judged>(event)) {
      require(proved);
      allowed(pi.answer(Outcome{}));
    }
    over = std::holds_alternative<PeerBroken>(event);
  });
}

void feed_host(ByteView input) {
  FixedRandom random(1);
  HostSession host("ada's laptop", random);
  bool over = false;
  feed(host, input, [&](const HostEvent& event) {
    require(!over);
    if (const auto* helloed = std::get_if<Helloed>(&event)) {
      allowed(host.enter_code(helloed->hello.groups == 8 ? kCode : kStrictCode));
    }
    over = std::holds_alternative<Refused>(event) || std::holds_alternative<Broken>(event);
  });
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const ByteView input(data + 1, size - 1);
  if (data[0] % 2 == 0) {
    feed_pi(input);
  } else {
    feed_host(input);
  }
  return 0;
}
