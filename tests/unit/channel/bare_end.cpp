// SPDX-License-Identifier: MIT
#include "tests/unit/channel/bare_end.hpp"

#include <stdexcept>

#include "core/channel/fields.hpp"
#include "core/channel/frame.hpp"
#include "core/channel/spake2.hpp"

namespace latchkey::channel::test {
namespace {

constexpr auto kCode = "12345123";
constexpr std::size_t kFrameHeader = 3;
constexpr std::size_t kConfirmFrame = kFrameHeader + kConfirmationSize;

void need(bool good) {
  if (!good) throw std::logic_error("an end spoken by hand went wrong");
}

Bytes frame(FrameType type, ByteView payload) {
  Bytes out;
  put_frame(out, type, payload);
  return out;
}

ByteView payload(const Bytes& one_frame) { return ByteView(one_frame).subspan(kFrameHeader); }

Spake2 begin(Party party, crypto::Random& random) {
  auto password = password_scalar(kCode, sample_hello().nonce).value();
  return Spake2::begin(party, {}, std::move(password), p256::random_scalar(random).value(), random)
      .value();
}

Bytes counted(const Message& message) {
  const auto cbor = encode(message).value();
  Bytes out;
  put_u32(out, static_cast<std::uint32_t>(cbor.size()));
  put_bytes(out, cbor);
  return out;
}

}  // namespace

BareHost::BareHost(PiSession& pi) : pi_(pi) {
  const auto greeting = encode(Greeting{.name = "by hand"}).value();
  pi.receive(frame(FrameType::greeting, greeting));
  need(pi.start(sample_hello(), kCode).has_value());
  const auto hello = pi.take_output();
  auto spake2 = begin(Party::a, random_);
  pi.receive(frame(FrameType::share_host, spake2.share()));
  need(pi.release_share().has_value());
  const auto share = pi.take_output();
  const auto agreed = additional_data(greeting, payload(hello));
  const auto keys = spake2.finish(payload(share), agreed, random_).value();
  tls_ = TlsSession::open(TlsSession::Role::client, derive_psk(keys.key).value(), random_).value();
  pi.receive(frame(FrameType::confirm_host, keys.own_confirmation.bytes()));
  need(pi.set_welcome(sample_welcome()).has_value());
  pi.receive(tls_->take_output());
  need(tls_->receive(ByteView(pi.take_output()).subspan(kConfirmFrame)).has_value());
  pi.receive(tls_->take_output());
  need(tls_->receive(pi.take_output()).has_value() && tls_->established());
  while (pi.next_event()) {
  }
}

void BareHost::send(const Message& message) {
  need(tls_->send(counted(message)).has_value());
  pi_.receive(tls_->take_output());
}

BarePi::BarePi(HostSession& host) : host_(host) {
  const auto greeting = host.take_output();
  const auto hello = encode(sample_hello()).value();
  host.receive(frame(FrameType::hello, hello));
  need(host.enter_code(kCode).has_value());
  const auto share = host.take_output();
  auto spake2 = begin(Party::b, random_);
  const auto agreed = additional_data(payload(greeting), hello);
  const auto keys = spake2.finish(payload(share), agreed, random_).value();
  host.receive(frame(FrameType::share_pi, spake2.share()));
  const auto flight = host.take_output();
  tls_ = TlsSession::open(TlsSession::Role::server, derive_psk(keys.key).value(), random_).value();
  need(tls_->receive(ByteView(flight).subspan(kConfirmFrame)).has_value());
  host.receive(frame(FrameType::confirm_pi, keys.own_confirmation.bytes()));
  host.receive(tls_->take_output());
  need(tls_->receive(host.take_output()).has_value());
  host.receive(tls_->take_output());
  need(tls_->established());
  while (host.next_event()) {
  }
}

void BarePi::send(const Message& message) { send_raw(counted(message)); }

void BarePi::send_raw(ByteView bytes) {
  need(tls_->send(bytes).has_value());
  host_.receive(tls_->take_output());
}

}  // namespace latchkey::channel::test
