// SPDX-License-Identifier: MIT
// Any bytes from the network into either end, whose owner does what a good owner does. The first
// byte chooses the end (even: the Pi's) and, halved, what the host asks for; then follow the pieces
// in which the bytes arrive, each with its length before it (16 bits, big-endian).
#include <algorithm>
#include <string>
#include <utility>

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

Outcome added() {
  Outcome outcome;
  outcome.code = ResultCode::added;
  return outcome;
}

/// The Pi's owner: asks for one PIN and two signatures, of which only one is legal.
class PiOwner final {
 public:
  explicit PiOwner(PiSession& pi) : pi_(pi) {}
  void serve(const PiEvent& event) {
    require(!over_);
    std::visit([this](const auto& one) { on(one); }, event);
  }

 private:
  void on(const Greeted& /*peer*/) { allowed(pi_.start(sample_hello(), kCode)); }
  void on(const ShareWanted& /*wanted*/) { (void)pi_.release_share(); }
  void on(const CodeProved& /*proved*/) {
    proved_ = true;
    allowed(pi_.set_welcome(Welcome{}));
  }
  void on(const CodeWrong& /*wrong*/) { pi_.refuse({RefusalReason::wrong_code, 2}); }
  void on(const Offered& offered) {
    require(proved_ && ++offers_ <= 2);
    require(offers_ == 1 || !offered.offer.signature.empty());
    if (offered.offer.signature.empty()) return allowed(pi_.want_signature({}));
    require(!pi_.want_signature({}));
    allowed(pi_.answer(added()));
  }
  void on(const TokenAsked& asked) {
    require(proved_ && offers_ == 0);
    account_ = asked.request.account;
    allowed(pi_.tell({.news = TokenNews::pin_wanted, .tries_left = 8}));
    asked_for_pin_ = true;
  }
  void on(const PinGiven& given) {
    require(std::exchange(asked_for_pin_, false) && given.typed.event == 1);
    KeyHandle made;
    made.key = made.handle = Bytes(1);
    made.account = account_;
    allowed(pi_.give(TokenMade{made}));
    allowed(pi_.answer(added()));
  }
  void on(const HandlesAsked& /*asked*/) {
    require(proved_ && offers_ == 0);
    allowed(pi_.give(Handles{}));
  }
  void on(const Judged& /*judged*/) {
    require(proved_);
    allowed(pi_.answer(added()));
  }
  void on(const PeerBroken& /*broken*/) { over_ = true; }

  PiSession& pi_;
  std::string account_;
  int offers_ = 0;
  bool proved_ = false;
  bool asked_for_pin_ = false;
  bool over_ = false;
};

enum class Story : std::uint8_t { offer, attested_offer, token, handles };
constexpr unsigned kStories = 4;

/// The host's owner.
class HostOwner final {
 public:
  HostOwner(HostSession& host, Story story) : host_(host), story_(story) {}
  void serve(const HostEvent& event) {
    require(!over_);
    std::visit([this](const auto& one) { on(one); }, event);
  }

 private:
  static Offer offer(bool is_signed) {
    Offer offer{.account = "pi", .key = Bytes(1), .comment = {}, .limits = {}, .signature = {}};
    (is_signed ? offer.signature : offer.attestation) = Bytes(1);
    return offer;
  }

  void on(const Helloed& helloed) {
    allowed(host_.enter_code(helloed.hello.groups == 8 ? kCode : kStrictCode));
  }
  void on(const Welcomed& /*welcomed*/) {
    TokenRequest request;
    request.account = "pi";
    switch (story_) {
      case Story::offer: return allowed(host_.offer(offer(true)));
      case Story::attested_offer: return allowed(host_.offer(offer(false)));
      case Story::token: return allowed(host_.request_token(request));
      case Story::handles: return allowed(host_.request_handles({}));
    }
  }
  void on(const SignatureAsked& /*asked*/) {
    require(story_ == Story::attested_offer);
    allowed(host_.offer(offer(true)));
  }
  void on(const TokenNewsHeard& heard) {
    require(story_ == Story::token);
    const auto news = heard.event.news;
    const bool asked = news == TokenNews::pin_wanted || news == TokenNews::pin_wrong;
    if (!asked) return;
    PinTyped typed;
    typed.pin.assign(4, '1');
    allowed(host_.pin(typed));
  }
  void on(const TokenDone& /*done*/) { made_ = true; }
  void on(const Answered& answered) {
    require(story_ != Story::handles || !answered.outcome.ok());
    require(story_ != Story::token || made_ || !answered.outcome.ok());
    if (answered.outcome.ok()) allowed(host_.verdict({true}));
  }
  void on(const HandlesGiven& /*given*/) {
    require(story_ == Story::handles);
    over_ = true;
  }
  void on(const Refused& /*refused*/) { over_ = true; }
  void on(const Broken& /*broken*/) { over_ = true; }

  HostSession& host_;
  Story story_;
  bool made_ = false;
  bool over_ = false;
};

void feed_pi(ByteView input) {
  FixedRandom random(1001);
  PiSession pi(random);
  PiOwner owner(pi);
  feed(pi, input, [&](const PiEvent& event) { owner.serve(event); });
}

void feed_host(ByteView input, Story story) {
  FixedRandom random(1);
  HostSession host("ada's laptop", random);
  HostOwner owner(host, story);
  feed(host, input, [&](const HostEvent& event) { owner.serve(event); });
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const ByteView input(data + 1, size - 1);
  if (data[0] % 2 == 0) {
    feed_pi(input);
  } else {
    feed_host(input, static_cast<Story>(data[0] / 2 % kStories));
  }
  return 0;
}
