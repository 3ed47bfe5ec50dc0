// SPDX-License-Identifier: MIT
// A whole simulated security key against a client that may do anything. The first byte chooses
// the model, the second what is wrong with the key (below 8: nothing); then follow operations, a
// byte each with what belongs to it:
//   m  channel, command, length (16 bits), payload: a message in good pieces
//   p  channel, sequence number, length (8 bits), payload: a continuation
//   r  64 bytes: a report
//   t  milliseconds (16 bits): time passes
//   y, n, -  what the person does from now on: touches, declines, is not there
//   s, l  the client reads nothing from now on, or everything again
// A channel is one byte: 0 and 1 are open, 2 is the broadcast, any other is of nobody. Any other
// operation counts as the one of `kOperations` that it falls on.
#include <algorithm>
#include <string_view>

#include "hal/fido/sim/attestation/certificate_authority.hpp"
#include "hal/fido/sim/cbor/value.hpp"
#include "hal/fido/sim/ctaphid/outgoing.hpp"
#include "hal/fido/sim/simulated_key.hpp"
#include "tests/fuzz/fixed_random.hpp"
#include "tests/fuzz/require.hpp"

using namespace latchkey;
using namespace latchkey::fido;
using namespace latchkey::fido::sim;

namespace {

constexpr std::string_view kOperations = "mprtyn-sl";
constexpr std::size_t kMaxSteps = 256;
constexpr Instant kPlugged{Millis(1'000'000)};
constexpr Millis kLongerThanAnyWait{60'000};

/// Certificates take longer than everything else here: made once.
const State& new_state() {
  static const State state = [] {
    FixedRandom random(1);
    const auto authority =
        CertificateAuthority::make(random, WallTime(std::chrono::seconds(1'700'000'000)));
    State made{.factory = authority->manufacture(Model{}, random).value()};
    require(reset(made, random).has_value());
    return made;
  }();
  return state;
}

Misbehaviour misbehaviour(std::uint8_t number) {
  Misbehaviour wrong;
  switch (number % 20) {
    case 8: wrong.endless_keepalive = true; break;
    case 9: wrong.announced = Misbehaviour::Length::too_short; break;
    case 10: wrong.announced = Misbehaviour::Length::too_long; break;
    case 11: wrong.bad_cbor = true; break;
    case 12: wrong.wrong_channel = true; break;
    case 13: wrong.disappears_at = number; break;
    case 14: wrong.claims_ed25519 = true; break;
    case 15: wrong.claims_resident_keys = true; break;
    case 16: wrong.denies_pin = true; break;
    case 17: wrong.wrong_signature = true; break;
    case 18: wrong.wrong_rp = true; break;
    default: break;
  }
  return wrong;
}

bool wire_is_right(const Misbehaviour& wrong) {
  return wrong.announced == Misbehaviour::Length::right && !wrong.bad_cbor && !wrong.wrong_channel;
}

/// Puts together what the key says, and holds it to the format.
class Reader {
 public:
  explicit Reader(bool strict) : strict_(strict) {}

  void take(const Report& report) {
    const auto packet = parse(report);
    if (!strict_) return remember(packet);
    if (rest_ > 0) {
      require(!packet.initial && packet.channel == channel_ && packet.sequence == sequence_++);
    } else {
      require(packet.initial && packet.length <= kMaxHidMessage);
      channel_ = packet.channel;
      command_ = packet.command;
      sequence_ = 0;
      rest_ = packet.length;
      payload_.clear();
    }
    const auto part = packet.data.first(std::min(rest_, packet.data.size()));
    const auto filling = packet.data.subspan(part.size());
    require(std::all_of(filling.begin(), filling.end(), [](auto byte) { return byte == 0; }));
    payload_.insert(payload_.end(), part.begin(), part.end());
    rest_ -= part.size();
    if (rest_ == 0) check();
  }

  /// Everything was read: nothing is in pieces.
  void require_whole() const { require(!strict_ || rest_ == 0); }
  /// From now on messages may be in pieces: what waits unread is lost to the bound or to INIT.
  void lose() { strict_ = false; }

  [[nodiscard]] HidCommand command() const { return command_; }
  [[nodiscard]] const Bytes& payload() const { return payload_; }

 private:
  void remember(const Packet& packet) {
    if (!packet.initial) return;
    command_ = packet.command;
    payload_ = to_bytes(packet.data.first(std::min<std::size_t>(packet.length, kInitialData)));
  }

  void check() const {
    switch (command_) {
      case HidCommand::cbor:
        require(!payload_.empty());
        if (payload_.front() != 0) {
          require(payload_.size() == 1);
        } else if (payload_.size() > 1) {
          require(Value::decode(ByteView(payload_).subspan(1)).has_value());
        }
        break;
      case HidCommand::msg: require(payload_.size() >= 2); break;
      case HidCommand::init: require(payload_.size() == 17); break;
      case HidCommand::keepalive: require(payload_ == Bytes{1} || payload_ == Bytes{2}); break;
      case HidCommand::error: require(payload_.size() == 1 && payload_.front() != 0); break;
      case HidCommand::wink: require(payload_.empty()); break;
      case HidCommand::ping: break;
      default: require(false);
    }
  }

  bool strict_;
  ChannelId channel_ = 0;
  HidCommand command_{};
  std::uint8_t sequence_ = 0;
  std::size_t rest_ = 0;
  Bytes payload_;
};

class Storm {
 public:
  Storm(Model model, ByteView input)
      : wrong_(model.misbehaviour),
        input_(input),
        reader_(wire_is_right(wrong_)),
        saved_(to_json(state_)),
        key_(SimulatedKey::plug(std::move(model),
                                {state_, [this](const Request&) { return reply_; }, random_,
                                 [this](const State& state) { saved_ = to_json(state); }},
                                now_)
                 .value()) {}

  void run() {
    for (auto& channel : channels_) channel = open();
    for (std::size_t step = 0; step < kMaxSteps && !input_.empty(); ++step) {
      obey(operation());
      if (reading_) read();
      require(key_.history().events.size() <= kMaxEvents);
    }
    read();
    require(saved_ == to_json(state_));
    require(saved_.size() <= kMaxStateSize);
    require(to_json(from_json(saved_).value()) == saved_);
    if (!wrong_.endless_keepalive && !wrong_.disappears_at) calm();
  }

 private:
  std::uint8_t byte() { return input_.empty() ? std::uint8_t{0} : bytes(1).front(); }
  std::size_t number() { return byte() * std::size_t{256} + byte(); }

  ByteView bytes(std::size_t size) {
    const auto part = input_.first(std::min(size, input_.size()));
    input_ = input_.subspan(part.size());
    return part;
  }

  char operation() {
    const char said = static_cast<char>(byte());
    const auto index = static_cast<std::uint8_t>(said) % kOperations.size();
    return kOperations.find(said) == std::string_view::npos ? kOperations.at(index) : said;
  }

  ChannelId channel() {
    const auto said = byte();
    if (said < channels_.size()) return channels_.at(said);
    return said == 2 ? kBroadcast : ChannelId{said} - 3;
  }

  void obey(char operation) {
    switch (operation) {
      case 'm': {
        const auto who = channel();
        const auto command = static_cast<HidCommand>(byte() & 0x7FU);
        return send(who, command, bytes(number() % (kMaxHidMessage + 1)));
      }
      case 'p': return send_continuation();
      case 'r': {
        Report report{};
        const auto said = bytes(report.size());
        std::copy(said.begin(), said.end(), report.begin());
        return key_.take(report, now_);
      }
      case 't': return pass(Millis(number()));
      case 'y': reply_ = Reply::yes; return key_.wake(now_);
      case 'n': reply_ = Reply::no; return key_.wake(now_);
      case '-': reply_ = Reply::never; return key_.wake(now_);
      case 's': reading_ = false; return reader_.lose();
      default: reading_ = true; return;
    }
  }

  void send(ChannelId who, HidCommand command, ByteView payload) {
    Outgoing pieces;
    pieces.push({who, command, to_bytes(payload), {}});
    while (const auto report = pieces.pop()) key_.take(*report, now_);
  }

  void send_continuation() {
    const auto who = channel();
    Report report{};
    for (std::size_t i = 0; i < 4; ++i)
      report.at(i) = static_cast<std::uint8_t>(who >> (24 - 8 * i));
    report[4] = byte() & 0x7FU;
    const auto said = bytes(std::min<std::size_t>(byte(), kContinuationData));
    std::copy(said.begin(), said.end(), report.begin() + 5);
    key_.take(report, now_);
  }

  void pass(Millis time) {
    const auto end = now_ + time;
    while (const auto due = key_.wakes_at()) {
      if (*due > end) break;
      require(*due >= now_);
      now_ = *due;
      key_.wake(now_);
      require(!key_.wakes_at() || *key_.wakes_at() > now_);
      if (reading_) read();
    }
    now_ = end;
  }

  void read() {
    std::size_t reports = 0;
    while (const auto report = key_.give()) {
      reader_.take(*report);
      require(++reports <= Outgoing::kMax);
    }
    if (!key_.gone()) reader_.require_whole();
  }

  ChannelId open() {
    send(kBroadcast, HidCommand::init, Bytes(8, 0x11));
    read();
    if (key_.gone() || reader_.payload().size() != 17) return kBroadcast;
    ChannelId id = 0;
    for (std::size_t i = 8; i < 12; ++i) id = id << 8U | reader_.payload().at(i);
    return id;
  }

  /// After the storm the key answers as if nothing had been.
  void calm() {
    reply_ = Reply::never;
    pass(kLongerThanAnyWait);
    read();
    require(!key_.wakes_at() && key_.waiting_for() == nullptr);
    const auto fresh = open();
    require(reader_.command() == HidCommand::init && fresh != kBroadcast);
    const bool cbor = key_.model().fido_2_0;
    send(fresh, cbor ? HidCommand::cbor : HidCommand::ping, Bytes{4});
    read();
    require(reader_.command() == (cbor ? HidCommand::cbor : HidCommand::ping));
    require(reader_.payload().front() == (cbor ? 0 : 4));
  }

  const Misbehaviour wrong_;
  ByteView input_;
  Instant now_ = kPlugged;
  Reply reply_ = Reply::never;
  bool reading_ = true;
  Reader reader_;
  FixedRandom random_{2};
  State state_ = new_state();
  std::string saved_;
  std::array<ChannelId, 2> channels_{};
  SimulatedKey key_;
};

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  auto model = models()[data[0] % models().size()];
  model.misbehaviour = misbehaviour(data[1]);
  Storm(std::move(model), ByteView(data, size).subspan(2)).run();
  return 0;
}
