// SPDX-License-Identifier: MIT
#include "core/channel/messages.hpp"

#include <doctest/doctest.h>

#include "tests/unit/channel/conversation.hpp"

using namespace latchkey;
using namespace latchkey::channel;
using namespace latchkey::channel::test;

namespace {

std::vector<Message> samples() {
  auto unlimited = sample_offer();
  unlimited.limits = {};
  auto both = attested_offer();
  both.signature = sample_offer().signature;
  auto for_ever = sample_request();
  for_ever.limits = {};
  return {sample_welcome(),
          sample_offer(),
          unlimited,
          attested_offer(),
          both,
          sample_outcome(),
          Verdict{true},
          Verdict{false},
          SignatureWanted{"why"},
          Welcome{},
          sample_request(),
          for_ever,
          sample_event(TokenNews::pin_wrong),
          sample_pin(),
          TokenMade{sample_handle()},
          HandlesRequest{"pi"},
          Handles{},
          Handles{{sample_handle(), sample_handle()}}};
}

int optional_fields(const Message& message) {
  const auto* request = std::get_if<TokenRequest>(&message);
  if (request != nullptr) return request->limits.expires ? 1 : 0;
  const auto* offer = std::get_if<Offer>(&message);
  if (offer == nullptr) return 0;
  int count = 0;
  for (const bool there : {offer->limits.expires.has_value(), !offer->signature.empty(),
                           !offer->attestation.empty()}) {
    count += there ? 1 : 0;
  }
  return count;
}

Bytes hex(const std::string& text) { return from_hex(text).value(); }

template <class Change>
Result<Bytes> changed_offer(Change change) {
  auto offer = sample_offer();
  change(offer);
  return encode(offer);
}

template <class Change>
Result<Bytes> changed_welcome(Change change) {
  auto welcome = sample_welcome();
  change(welcome);
  return encode(welcome);
}

template <class Change>
Result<Bytes> changed_outcome(Change change) {
  auto outcome = sample_outcome();
  change(outcome);
  return encode(outcome);
}

}  // namespace

TEST_CASE("every message survives the way there") {
  for (const auto& message : samples()) {
    const auto bytes = encode(message).value();
    const auto back = decode(bytes).value();
    CHECK(back.index() == message.index());
    CHECK(encode(back).value() == bytes);
  }
}

TEST_CASE("every field arrives") {
  const auto welcome = std::get<Welcome>(decode(encode(sample_welcome()).value()).value());
  CHECK(welcome.challenge == sample_welcome().challenge);
  CHECK(welcome.accounts == sample_welcome().accounts);
  CHECK(welcome.key_types == sample_welcome().key_types);
  CHECK(welcome.hardware == attest::HardwareRule::prefer);
  CHECK_FALSE(welcome.user_verification);
  CHECK_FALSE(welcome.confirm_press);
  CHECK(welcome.max_validity_days == 90);
  CHECK(welcome.host_keys == sample_welcome().host_keys);
  CHECK(welcome.ssh_port == 22);
  CHECK(welcome.sshd_running);
  CHECK(welcome.device == "raspberrypi");
  CHECK(welcome.model == sample_welcome().model);

  const auto offer = std::get<Offer>(decode(encode(sample_offer()).value()).value());
  CHECK(offer.account == "pi");
  CHECK(offer.key == sample_offer().key);
  CHECK(offer.comment == "ada@laptop");
  CHECK(offer.limits == sample_offer().limits);
  CHECK(offer.signature == sample_offer().signature);
  CHECK(offer.attestation.empty());
  const auto attested = std::get<Offer>(decode(encode(attested_offer()).value()).value());
  CHECK(attested.signature.empty());
  CHECK(attested.attestation == attested_offer().attestation);

  const auto outcome = std::get<Outcome>(decode(encode(sample_outcome()).value()).value());
  CHECK(outcome.code == ResultCode::added);
  CHECK(outcome.text == sample_outcome().text);
  CHECK(outcome.fingerprint == sample_outcome().fingerprint);
  CHECK(outcome.path == sample_outcome().path);
  CHECK(outcome.sshd_running);
  CHECK(outcome.log_position == 7);
  CHECK(outcome.log_hash == sample_outcome().log_hash);
  CHECK(outcome.hardware == sample_outcome().hardware);

  const SignatureWanted wanted{"No root that this Pi trusts."};
  CHECK(std::get<SignatureWanted>(decode(encode(wanted).value()).value()).why == wanted.why);
}

TEST_CASE("every truncation of every message is refused") {
  for (const auto& message : samples()) {
    const auto bytes = encode(message).value();
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      CAPTURE(message.index());
      CAPTURE(size);
      CHECK_FALSE(decode(ByteView(bytes).first(size)));
    }
    Bytes longer = bytes;
    longer.push_back(0);
    CHECK_FALSE(decode(longer));
  }
}

TEST_CASE("every bit flip of every message is refused or read exactly") {
  // Exactly: what was understood, written again, gives the flipped bytes. The one exception is an
  // optional key that became an unknown one, whose value is passed over as the rules say.
  for (const auto& message : samples()) {
    const auto bytes = encode(message).value();
    for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
      Bytes flipped = bytes;
      flipped[bit / 8] = static_cast<std::uint8_t>(flipped[bit / 8] ^ (1U << (bit % 8)));
      const auto decoded = decode(flipped);
      if (!decoded) continue;
      CAPTURE(message.index());
      CAPTURE(bit);
      const auto again = encode(*decoded).value();
      if (again.size() == flipped.size()) {
        CHECK(again == flipped);
      } else {
        CHECK(optional_fields(*decoded) < optional_fields(message));
      }
    }
  }
}

TEST_CASE("unknown fields are passed over") {
  const auto read = decode(hex("a4"
                               "0004"
                               "01f5"
                               "1863"
                               "1901f4"
                               "18ff"
                               "82a10061614163"))
                        .value();
  CHECK(std::get<Verdict>(read).logged_in);
}

TEST_CASE("keys ascend, so none comes twice, and none may be missing") {
  CHECK(
      decode(hex("a2"
                 "0004"
                 "01f5")));
  CHECK(decode(hex("a3"
                   "0004"
                   "01f5"
                   "01f4"))
            .error()
            .is(Errc::malformed));
  CHECK(decode(hex("a2"
                   "01f5"
                   "0004"))
            .error()
            .is(Errc::malformed));
  CHECK(decode(hex("a3"
                   "0004"
                   "0000"
                   "01f5"))
            .error()
            .is(Errc::malformed));
  CHECK(decode(hex("a3"
                   "0004"
                   "02f5"
                   "01f4"))
            .error()
            .is(Errc::malformed));
  CHECK(decode(hex("a1"
                   "0004"))
            .error()
            .is(Errc::malformed));
  CHECK(decode(hex("a2"
                   "0004"
                   "02f5"))
            .error()
            .is(Errc::malformed));
  CHECK_FALSE(decode(hex("a0")));
  CHECK_FALSE(decode({}));
  CHECK_FALSE(
      decode(hex("82"
                 "0004")));
}

TEST_CASE("keys are small numbers, and an unknown kind is told apart") {
  CHECK(decode(hex("a3"
                   "0004"
                   "01f5"
                   "19010000"))
            .error()
            .is(Errc::too_large));
  CHECK(decode(hex("a3"
                   "0004"
                   "01f5"
                   "616100"))
            .error()
            .is(Errc::malformed));
  CHECK(decode(hex("a3"
                   "0004"
                   "01f5"
                   "2000"))
            .error()
            .is(Errc::malformed));
  CHECK(decode(hex("a2"
                   "000c"
                   "01f5"))
            .error()
            .is(Errc::unsupported));
  CHECK(decode(hex("a2"
                   "0000"
                   "01f5"))
            .error()
            .is(Errc::unsupported));
}

TEST_CASE("a map of very many pairs is refused before they are read") {
  CHECK(decode(hex("b821"
                   "0004"
                   "01f5"))
            .error()
            .is(Errc::too_large));
  CHECK(decode(hex("bbffffffffffffffff")).error().is(Errc::too_large));
}

TEST_CASE("offers keep their bounds") {
  CHECK(changed_offer([](Offer& o) { o.account = std::string(64, 'a'); }));
  CHECK_FALSE(changed_offer([](Offer& o) { o.account = std::string(65, 'a'); }));
  CHECK_FALSE(changed_offer([](Offer& o) { o.account = ""; }));
  CHECK_FALSE(changed_offer([](Offer& o) { o.account = "pi\nroot"; }));
  CHECK(changed_offer([](Offer& o) { o.key = Bytes(4096); }));
  CHECK_FALSE(changed_offer([](Offer& o) { o.key = Bytes(4097); }));
  CHECK_FALSE(changed_offer([](Offer& o) { o.key = {}; }));
  CHECK(changed_offer([](Offer& o) { o.comment = std::string(256, 'c'); }));
  CHECK_FALSE(changed_offer([](Offer& o) { o.comment = std::string(257, 'c'); }));
  CHECK_FALSE(changed_offer([](Offer& o) { o.comment = "a\xff"; }));
  CHECK_FALSE(changed_offer([](Offer& o) { o.comment = "\x1b[2J"; }));
  CHECK(changed_offer([](Offer& o) { o.limits.from = std::string(512, 'f'); }));
  CHECK_FALSE(changed_offer([](Offer& o) { o.limits.from = std::string(513, 'f'); }));
  CHECK(changed_offer([](Offer& o) { o.signature = Bytes(8192); }));
  CHECK_FALSE(changed_offer([](Offer& o) { o.signature = Bytes(8193); }));
  CHECK_FALSE(changed_offer([](Offer& o) { o.signature = {}; }));
  CHECK(changed_offer([](Offer& o) { o.attestation = Bytes(8192); }));
  CHECK_FALSE(changed_offer([](Offer& o) { o.attestation = Bytes(8193); }));
  CHECK_FALSE(changed_offer([](Offer& o) { o.signature = o.attestation = Bytes(8192); }));
  CHECK_FALSE(
      changed_offer([](Offer& o) { o.limits.expires = WallTime(std::chrono::seconds(-1)); }));
  CHECK_FALSE(changed_offer(
      [](Offer& o) { o.limits.expires = WallTime(std::chrono::seconds(253402300800)); }));
}

TEST_CASE("welcomes keep their bounds") {
  CHECK(changed_welcome([](Welcome& w) { w.accounts.assign(32, "pi"); }));
  CHECK_FALSE(changed_welcome([](Welcome& w) { w.accounts.assign(33, "pi"); }));
  CHECK_FALSE(changed_welcome([](Welcome& w) { w.accounts = {""}; }));
  CHECK_FALSE(changed_welcome([](Welcome& w) { w.key_types.assign(33, "x"); }));
  CHECK_FALSE(changed_welcome([](Welcome& w) { w.key_types = {std::string(65, 'x')}; }));
  CHECK_FALSE(changed_welcome([](Welcome& w) { w.host_keys.assign(9, Bytes(1)); }));
  CHECK_FALSE(changed_welcome([](Welcome& w) { w.host_keys.assign(1, Bytes(4097)); }));
  CHECK_FALSE(changed_welcome([](Welcome& w) { w.host_keys.assign(1, Bytes{}); }));
  CHECK_FALSE(changed_welcome([](Welcome& w) { w.ssh_port = 0; }));
  CHECK_FALSE(changed_welcome([](Welcome& w) { w.max_validity_days = 36501; }));
  CHECK_FALSE(changed_welcome([](Welcome& w) { w.device = std::string(65, 'd'); }));
  CHECK_FALSE(changed_welcome([](Welcome& w) { w.model = std::string(129, 'm'); }));
  CHECK(changed_welcome([](Welcome& w) { w.hardware = attest::HardwareRule::require; }));
  CHECK_FALSE(changed_welcome([](Welcome& w) { w.hardware = attest::HardwareRule{3}; }));
  // Each field within its bound, all together beyond the message's.
  CHECK(changed_welcome([](Welcome& w) { w.host_keys.assign(5, Bytes(4096)); })
            .error()
            .is(Errc::too_large));
}

TEST_CASE("results keep their bounds, and codes are known ones") {
  CHECK(changed_outcome([](Outcome& o) { o.text = std::string(1024, 't'); }));
  CHECK_FALSE(changed_outcome([](Outcome& o) { o.text = std::string(1025, 't'); }));
  CHECK_FALSE(changed_outcome([](Outcome& o) { o.fingerprint = std::string(65, 'f'); }));
  CHECK_FALSE(changed_outcome([](Outcome& o) { o.path = std::string(4097, 'p'); }));
  CHECK(changed_outcome([](Outcome& o) { o.hardware = std::string(256, 'h'); }));
  CHECK_FALSE(changed_outcome([](Outcome& o) { o.hardware = std::string(257, 'h'); }));
  CHECK(changed_outcome([](Outcome& o) { o.log_position = ~std::uint64_t{0}; }));
  int codes = 0;
  for (int code = 0; code < 256; ++code) {
    if (changed_outcome([&](Outcome& o) { o.code = static_cast<ResultCode>(code); })) ++codes;
  }
  CHECK(codes == 25);
}

TEST_CASE("a message beyond 16 KiB is refused unread") {
  CHECK(decode(Bytes(kMaxMessage + 1, 0x00)).error().is(Errc::too_large));
}
