// SPDX-License-Identifier: MIT
#include "tests/unit/firmware/net/net_window.hpp"

#include <fcntl.h>

namespace latchkey::testing {

roles::ServeWindow sample_window() {
  roles::ServeWindow window;
  window.nonce.fill(3);
  window.challenge.fill(9);
  window.listeners = 1;
  window.account_count = 1;
  window.accounts[0].assign_cut("pi");
  window.hardware = attest::HardwareRule::prefer;
  window.key_type_count = 1;
  window.key_types[0].assign_cut("ssh-ed25519");
  window.host_key_count = 1;
  (void)window.host_keys[0].assign(Bytes(51, 7));
  window.device.assign_cut("raspberrypi");
  window.model.assign_cut("Raspberry Pi 4 Model B Rev 1.5");
  return window;
}

channel::Offer sample_offer() {
  channel::Offer offer;
  offer.account = "pi";
  offer.key = Bytes(51, 5);
  offer.comment = "ann@laptop";
  offer.limits.from = "192.168.0.0/16";
  offer.limits.restrict = true;
  offer.signature = Bytes(200, 6);
  return offer;
}

roles::AnswerPeer sample_answer() {
  roles::AnswerPeer answer;
  answer.code = channel::ResultCode::added;
  answer.text.assign_cut("Added.");
  answer.fingerprint.assign_cut("SHA256:abc");
  answer.path.assign_cut("/home/pi/.ssh/authorized_keys");
  answer.log_position = 12;
  answer.hardware.assign_cut("Test Key, attested by Test Root");
  return answer;
}

channel::TokenRequest sample_request() {
  channel::TokenRequest request;
  request.account = "pi";
  request.comment = "ann@laptop";
  request.limits = sample_offer().limits;
  request.algorithm = channel::TokenAlgorithm::ecdsa_p256;
  request.resident = true;
  request.existing = true;
  request.application = "ssh:work";
  request.user = "ann";
  return request;
}

channel::KeyHandle sample_handle() {
  channel::KeyHandle handle;
  handle.key = Bytes(74, 0x77);
  handle.handle = Bytes(64, 0x88);
  handle.flags = 1;
  handle.account = "pi";
  handle.comment = "made at the Pi";
  handle.attestation = Bytes(700, 0x99);
  handle.made = WallTime(std::chrono::seconds(1767225600));
  return handle;
}

roles::KeyHandleFields fields_of(const channel::KeyHandle& handle) {
  roles::KeyHandleFields fields;
  REQUIRE(fields.assign(handle));
  return fields;
}

NetProcess::NetProcess()
    : process({LATCHKEY_NET, {loopback_.descriptor()}, {}, false}), monitor(&process.channel()) {
  loopback_.close();
  monitor.say(sample_window());
}

NetThread::NetThread(const net::Limits& limits) : monitor(nullptr) {
  auto pair = roles::RoleChannel::make_pair();
  REQUIRE(pair.has_value());
  channel_.emplace(std::move(pair->first));
  monitor = Monitor(&*channel_);
  const Loopback loopback;
  port_ = loopback.port();
  const int listener = ::fcntl(loopback.descriptor(), F_DUPFD_CLOEXEC, 0);
  thread_ = std::thread([limits, listener, channel = std::move(pair->second)]() mutable {
    crypto::SystemRandom random;
    auto facts = net::WindowFacts::from(sample_window());
    net::Reception reception(std::move(channel), std::move(*facts), {listener}, limits, random);
    (void)reception.run();
  });
}

NetThread::~NetThread() {
  channel_.reset();
  thread_.join();
}

void play(TestHost& host, Monitor& monitor, Until until) {
  host.flush();
  const auto greeted = monitor.expect<roles::PeerGreeted>();
  if (until == Until::greeted) return;
  monitor.use_code(greeted.peer);
  REQUIRE(host.expect<channel::Helloed>().has_value());
  if (until == Until::helloed) return;
  REQUIRE(host.session().enter_code(kCode));
  host.flush();
  (void)monitor.expect<roles::ShareWanted>();
  if (until == Until::share_wanted) return;
  monitor.say(roles::ReleaseShare{});
  if (until == Until::released) return;
  const auto welcomed = host.expect<channel::Welcomed>();
  REQUIRE(welcomed.has_value());
  CHECK(welcomed->welcome.accounts == std::vector<std::string>{"pi"});
  (void)monitor.expect<roles::CodeProved>();
  if (until == Until::code_proved || until == Until::welcomed) return;
  REQUIRE(host.session().offer(sample_offer()));
  host.flush();
  (void)monitor.expect<roles::OfferArrived>();
  if (until == Until::offered) return;
  monitor.say(sample_answer());
  const auto answered = host.expect<channel::Answered>();
  REQUIRE(answered.has_value());
  CHECK(answered->outcome.code == channel::ResultCode::added);
}

}  // namespace latchkey::testing
