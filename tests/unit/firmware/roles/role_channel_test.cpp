// SPDX-License-Identifier: MIT
#include "firmware/roles/role_channel.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <algorithm>
#include <cstddef>
#include <cstring>

#include "firmware/roles/net_messages.hpp"
#include "firmware/roles/verify_messages.hpp"
#include "tests/unit/firmware/support/own_stack.hpp"

using namespace latchkey;
using roles::RoleChannel;

namespace {

std::pair<RoleChannel, RoleChannel> make_pair() {
  auto pair = RoleChannel::make_pair();
  REQUIRE(pair.has_value());
  return std::move(*pair);
}

template <class Fields>
Bytes packet_of(std::size_t index, std::size_t size = sizeof(Fields)) {
  Bytes packet(1 + size, 0);
  packet.front() = static_cast<std::uint8_t>(index);
  return packet;
}

}  // namespace

TEST_CASE("a message arrives as it was sent, one packet each, in order") {
  auto [monitor, net] = make_pair();
  roles::PeerGreeted greeted;
  greeted.peer = 7;
  greeted.name.assign_cut("laptop");
  REQUIRE(net.send(roles::FromNet(greeted)));
  REQUIRE(net.send(roles::FromNet(roles::PeerGone{roles::PeerGone::Why::stalled})));

  const auto first = monitor.receive<roles::FromNet>();
  REQUIRE(first.has_value());
  CHECK(std::get<roles::PeerGreeted>(*first).peer == 7);
  CHECK(std::get<roles::PeerGreeted>(*first).name.view() == "laptop");
  const auto second = monitor.receive<roles::FromNet>();
  REQUIRE(second.has_value());
  CHECK(std::get<roles::PeerGone>(*second).why == roles::PeerGone::Why::stalled);
}

TEST_CASE("the largest message of each kind fits in a packet") {
  auto [left, right] = make_pair();
  REQUIRE(left.send(roles::ToNet(roles::ServeWindow{})));
  CHECK(right.receive<roles::ToNet>().has_value());
  REQUIRE(left.send(roles::FromNet(roles::OfferArrived{})));
  CHECK(right.receive<roles::FromNet>().has_value());
  REQUIRE(left.send(roles::ToVerify(roles::ProofQuestion{})));
  CHECK(right.receive<roles::ToVerify>().has_value());
}

TEST_CASE("a PIN that was heard and wiped leaves no copy on the stack") {
  auto pair = make_pair();
  roles::UsePin typed;
  const Bytes pin(channel::kMaxPin, 'p');
  REQUIRE(typed.pin.assign(pin));
  REQUIRE(pair.first.send(roles::ToToken(typed)));
  bool heard = false;
  CHECK_FALSE(testing::leaves_on_stack(pin, [&] {
    auto message = pair.second.receive<roles::ToToken>();
    if (!message) return;
    const auto& used = std::get<roles::UsePin>(*message).pin.view();
    heard = std::equal(used.begin(), used.end(), pin.begin(), pin.end());
    RoleChannel::wipe(*message);
  }));
  CHECK(heard);
}

TEST_CASE("a copy that is left on a stack is found" * doctest::skip(!testing::kStackHoldsLocals)) {
  const Bytes pin(channel::kMaxPin, 'p');
  CHECK(testing::leaves_on_stack(pin, [&] {
    std::array<std::uint8_t, channel::kMaxPin> copy{};
    std::copy(pin.begin(), pin.end(), copy.begin());
    asm volatile("" : : "r"(copy.data()) : "memory");
  }));
}

TEST_CASE("a packet of any other size than its struct's is refused") {
  constexpr auto kIndex = 0;  // PeerGreeted
  for (std::size_t size : {std::size_t{0}, sizeof(roles::PeerGreeted) - 1,
                           sizeof(roles::PeerGreeted) + 1, sizeof(roles::OfferArrived)}) {
    const auto message =
        RoleChannel::unpack<roles::FromNet>(packet_of<roles::PeerGreeted>(kIndex, size));
    REQUIRE_FALSE(message.has_value());
    CHECK(message.error().is(Errc::malformed));
  }
  CHECK(RoleChannel::unpack<roles::FromNet>(packet_of<roles::PeerGreeted>(kIndex)).has_value());
}

TEST_CASE("an unknown index is refused, whatever the size") {
  for (std::size_t index = std::variant_size_v<roles::FromNet>; index < 256; ++index) {
    CHECK_FALSE(RoleChannel::unpack<roles::FromNet>(packet_of<roles::PeerGreeted>(index)));
    CHECK_FALSE(RoleChannel::unpack<roles::FromNet>(packet_of<roles::PeerGone>(index)));
  }
  CHECK_FALSE(RoleChannel::unpack<roles::FromNet>({}));
}

TEST_CASE("a packet larger than any message is refused, not cut") {
  auto [monitor, net] = make_pair();
  Bytes packet(sizeof(roles::FromNet) + 100, 0);
  packet.front() = 4;
  REQUIRE(net.send_packet(packet));
  const auto message = monitor.receive<roles::FromNet>();
  REQUIRE_FALSE(message.has_value());
  CHECK(message.error().is(Errc::too_large));
}

TEST_CASE("the end of the other side is told from a message") {
  auto [monitor, net] = make_pair();
  { const RoleChannel gone = std::move(net); }
  const auto message = monitor.receive<roles::FromNet>();
  REQUIRE_FALSE(message.has_value());
  CHECK(message.error().is(Errc::closed));
  const auto sent = monitor.send(roles::ToNet(roles::ReleaseShare{}));
  REQUIRE_FALSE(sent.has_value());
  CHECK(sent.error().is(Errc::closed));
}

TEST_CASE("an empty packet is not a message") {
  auto [monitor, net] = make_pair();
  REQUIRE(::send(net.descriptor(), "", 0, MSG_NOSIGNAL) == 0);
  CHECK_FALSE(monitor.receive<roles::FromNet>().has_value());
}

TEST_CASE("both ends close when another program is started") {
  auto [monitor, net] = make_pair();
  for (const auto* end : {&monitor, &net}) {
    CHECK((::fcntl(end->descriptor(), F_GETFD) & FD_CLOEXEC) != 0);
  }
}

TEST_CASE("fields never read further than they are, whatever length arrived") {
  roles::NameField field;
  field.raw.length = 65'535;
  CHECK(field.view().size() == roles::kMaxName);
  CHECK_FALSE(field.raw.assign(Bytes(roles::kMaxName + 1, 'x')));
  CHECK(field.raw.length == 65'535);
  field.assign_cut(std::string(100, 'y'));
  CHECK(field.view() == std::string(roles::kMaxName, 'y'));
}

TEST_CASE("limits survive the way through their fields") {
  channel::Limits limits;
  limits.expires = WallTime(std::chrono::seconds(1'900'000'000));
  limits.from = "192.168.0.0/16,!192.168.1.1";
  limits.restrict = true;
  roles::LimitsFields fields;
  REQUIRE(fields.assign(limits));
  CHECK(fields.limits() == limits);
  limits.from = std::string(roles::kMaxFrom + 1, '1');
  CHECK_FALSE(fields.assign(limits));
}

TEST_CASE("a message that was used can be wiped, and keeps its kind") {
  roles::FromNet message{std::in_place_type<roles::PinArrived>};
  (void)std::get<roles::PinArrived>(message).pin.assign(as_bytes("1234"));
  RoleChannel::wipe(message);
  const auto& pin = std::get<roles::PinArrived>(message).pin;
  CHECK(pin.length == 0);
  CHECK(std::count(pin.data.begin(), pin.data.end(), 0) == static_cast<int>(pin.data.size()));
}

TEST_CASE("a key handle survives the way through its fields, and one too large is refused") {
  channel::KeyHandle handle;
  handle.key = Bytes(100, 1);
  handle.handle = Bytes(channel::kMaxHandle, 2);
  handle.flags = 1;
  handle.account = "pi";
  handle.comment = "security key at raspberrypi";
  handle.attestation = Bytes(attest::kMaxRecord, 3);
  handle.made = WallTime(std::chrono::seconds(1'900'000'000));
  roles::KeyHandleFields fields;
  REQUIRE(fields.assign(handle));
  const auto back = fields.key_handle();
  CHECK(back.key == handle.key);
  CHECK(back.handle == handle.handle);
  CHECK(back.flags == handle.flags);
  CHECK(back.account == handle.account);
  CHECK(back.comment == handle.comment);
  CHECK(back.attestation == handle.attestation);
  CHECK(back.made == handle.made);

  SUBCASE("handle") { handle.handle.push_back(2); }
  SUBCASE("attestation") { handle.attestation.push_back(3); }
  SUBCASE("key") { handle.key = Bytes(roles::kMaxKey + 1, 1); }
  SUBCASE("account") { handle.account = std::string(roles::kMaxAccount + 1, 'a'); }
  SUBCASE("comment") { handle.comment = std::string(roles::kMaxComment + 1, 'c'); }
  CHECK_FALSE(fields.assign(handle));
}

#if defined(__GNUC__) && !defined(__clang__)
TEST_CASE("what lies between the fields of a message stays at home") {
  auto [monitor, net] = make_pair();
  roles::ToNet message{std::in_place_type<roles::AnswerPeer>};
  auto& answer = std::get<roles::AnswerPeer>(message);
  std::memset(static_cast<void*>(&answer), 0xaa, sizeof answer);
  answer.code = channel::ResultCode::added;
  answer.sshd_running = 1;
  answer.log_position = 0;
  REQUIRE(monitor.send(message));
  const auto packet = net.receive_packet(sizeof(roles::ToNet) + 1);
  REQUIRE(packet.has_value());
  constexpr auto kFrom = offsetof(roles::AnswerPeer, sshd_running) + 1;
  constexpr auto kTo = offsetof(roles::AnswerPeer, log_position);
  static_assert(kFrom < kTo);
  for (auto i = kFrom; i < kTo; ++i) CHECK(packet->at(1 + i) == 0);
}
#endif
