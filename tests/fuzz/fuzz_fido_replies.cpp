// SPDX-License-Identifier: MIT
// A security key that answers what it likes, behind the real libfido2 and our own SecurityKey. The
// answers are a simulated key's, changed. The first byte chooses the model, the second what is
// asked of the key (bits: resident, verification, U2F, no PIN given, overwriting), the third in
// which order. Then follow changes, one an answer, the first to INIT; when there are no more,
// answers are passed on unchanged:
//   .  nothing
//   x  count, then as many of offset (16 bits), value: bytes flipped
//   c  length (16 bits): cut, or filled up with zeros
//   p  length (16 bits), bytes: another payload
//   s  status: the first byte, and nothing behind
//   r  64 bytes: a report instead
//   k  count: keep-alives before it
//   -  silence
//   g  the key is pulled out
// Any other byte counts as the change that it falls on.
#include <algorithm>
#include <deque>
#include <string_view>

#include "core/text.hpp"
#include "hal/clock/sim/manual_clock.hpp"
#include "hal/fido/libfido2/libfido2_key.hpp"
#include "hal/fido/sim/attestation/certificate_authority.hpp"
#include "hal/fido/sim/ctaphid/outgoing.hpp"
#include "hal/fido/sim/simulated_key.hpp"
#include "tests/fuzz/fixed_random.hpp"
#include "tests/fuzz/require.hpp"

using namespace latchkey;
using namespace latchkey::fido;
using namespace latchkey::fido::sim;

namespace {

constexpr std::string_view kChanges = ".xcpsrk-g";
constexpr std::string_view kPin = "1234";

/// LEFT(SHA-256("1234"), 16).
constexpr std::array<std::uint8_t, 16> kPinHash{0x03, 0xAC, 0x67, 0x42, 0x16, 0xF3, 0xE1, 0x5C,
                                                0x76, 0x1E, 0xE1, 0xA5, 0xE2, 0x55, 0xF0, 0x67};

/// Certificates take longer than everything else here: made once.
const State& new_state() {
  static const State state = [] {
    FixedRandom random(1);
    const auto authority =
        CertificateAuthority::make(random, WallTime(std::chrono::seconds(1'700'000'000)));
    State made{.factory = authority->manufacture(Model{}, random).value()};
    require(sim::reset(made, random).has_value());
    return made;
  }();
  return state;
}

class Input final {
 public:
  explicit Input(ByteView bytes) : rest_(bytes) {}
  [[nodiscard]] bool empty() const { return rest_.empty(); }
  std::uint8_t byte() { return rest_.empty() ? std::uint8_t{0} : bytes(1).front(); }
  std::size_t number() { return byte() * std::size_t{256} + byte(); }
  ByteView bytes(std::size_t size) {
    const auto part = rest_.first(std::min(size, rest_.size()));
    rest_ = rest_.subspan(part.size());
    return part;
  }

 private:
  ByteView rest_;
};

/// A simulated key in virtual time whose answers are changed on their way.
class Liar final : public ReportStream {
 public:
  Liar(SimulatedKey& key, clock::ManualClock& clock, Input& input)
      : key_(key), clock_(clock), input_(input) {}

  bool write(const Report& report) override {
    if (gone_) return false;
    key_.take(report, clock_.now());
    return true;
  }

  std::optional<Report> read(std::optional<Millis> timeout) override {
    while (!gone_ && waiting_.empty() && collect()) {
    }
    // Nobody else moves the clock: each read takes its time, a silent one all of it.
    clock_.advance(waiting_.empty() ? timeout.value_or(Millis(1'000)) : Millis(1));
    if (gone_ || waiting_.empty()) return std::nullopt;
    const auto next = waiting_.front();
    waiting_.pop_front();
    return next;
  }

  [[nodiscard]] bool gone() const noexcept override { return gone_; }

 private:
  /// Takes one message of the key's apart; false: it has nothing to say.
  bool collect() {
    for (;;) {
      const auto report = key_.give();
      if (!report) return wait();
      const auto packet = parse(*report);
      if (packet.initial) {
        message_ = {packet.channel, packet.command, {}, {}};
        left_ = packet.length;
      }
      const auto part = packet.data.first(std::min(left_, packet.data.size()));
      for (const auto byte : part) message_.payload.push_back(byte);
      left_ -= part.size();
      if (left_ > 0) continue;
      change();
      return true;
    }
  }

  bool wait() {
    const auto due = key_.wakes_at();
    if (!due || key_.waiting_for() == nullptr) return false;
    clock_.advance(std::max(*due - clock_.now(), Millis(1)));
    key_.wake(clock_.now());
    return true;
  }

  void change() {
    auto& payload = message_.payload;
    if (input_.empty()) return send();
    switch (operation()) {
      case 'x':
        for (int count = input_.byte() % 16; count > 0; --count) {
          const auto offset = input_.number();
          const auto value = input_.byte();
          if (!payload.empty()) payload.at(offset % payload.size()) ^= value;
        }
        return send();
      case 'c': payload.resize(input_.number() % (kMaxHidMessage + 1)); return send();
      case 'p': payload = to_bytes(input_.bytes(input_.number())); return send();
      case 's': payload.assign(1, input_.byte()); return send();
      case 'r': return send_raw();
      case 'k':
        for (int count = input_.byte() % 32; count > 0; --count) {
          push({message_.channel, HidCommand::keepalive, {2}, {}});
        }
        return send();
      case '-': return;
      case 'g': gone_ = true; return;
      default: return send();
    }
  }

  char operation() {
    const auto said = input_.byte();
    const auto found = kChanges.find(static_cast<char>(said));
    return found != std::string_view::npos ? kChanges.at(found)
                                           : kChanges.at(said % kChanges.size());
  }

  void send() { push(message_); }

  void send_raw() {
    Report report{};
    const auto said = input_.bytes(report.size());
    std::copy(said.begin(), said.end(), report.begin());
    waiting_.push_back(report);
  }

  void push(const HidMessage& message) {
    Outgoing pieces;
    pieces.push(message);
    while (const auto report = pieces.pop()) waiting_.push_back(*report);
  }

  SimulatedKey& key_;
  clock::ManualClock& clock_;
  Input& input_;
  HidMessage message_;
  std::size_t left_ = 0;
  std::deque<Report> waiting_;
  bool gone_ = false;
};

template <class T>
bool right(const Attempt<T>& attempt) {
  if (attempt) return true;
  const auto& problem = attempt.error();
  require(is_printable(what_happened(problem)) && is_printable(what_to_do(problem)));
  require(!problem.tries_left || problem.trouble == Trouble::pin_wrong ||
          problem.trouble == Trouble::pin_needs_replug || problem.trouble == Trouble::pin_blocked);
  return false;
}

/// What is asked of the key, and what has to hold of whatever it answers.
class Caller final {
 public:
  Caller(SecurityKey& key, std::uint8_t wishes) : key_(key), pin_(Pin::from(kPin).value()) {
    wanted_.user = "alice";
    wanted_.challenge = Bytes(32, 0xC4);
    wanted_.resident = (wishes & 1U) != 0;
    wanted_.verify = (wishes & 2U) != 0;
    wanted_.as_u2f = (wishes & 4U) != 0;
    wanted_.overwrite = (wishes & 16U) != 0;
    const bool ed25519 = may_support(key.info(), Algorithm::ed25519) && !wanted_.as_u2f;
    wanted_.algorithm = ed25519 ? Algorithm::ed25519 : Algorithm::ecdsa_p256;
    given_ = (wishes & 8U) != 0 ? nullptr : &pin_;
  }

  void make() {
    const auto made = key_.make(wanted_, given_);
    if (!right(made)) return;
    require(made->key.application() == wanted_.application);
    require(!made->handle.empty() && made->handle.size() <= 1023);
    require(made->attestation.chain.size() <= attest::kMaxChain);
    require(made->attestation.authenticator_data.size() <= attest::kMaxAuthenticatorData);
    handle_ = made->handle;
  }

  void owns() const { (void)right(key_.owns(wanted_.application, handle_, given_)); }

  void sign() const {
    const auto made =
        key_.sign(wanted_.application, handle_, as_bytes("a message"), wanted_.verify, given_);
    if (!right(made)) return;
    require((made->flags & 1U) != 0 && (!wanted_.verify || (made->flags & 4U) != 0));
    require(!made->signature.empty() && made->signature.size() <= attest::kMaxSignature);
  }

  void list() const {
    const auto found = key_.residents(pin_);
    if (!right(found)) return;
    for (const auto& each : *found) {
      require(each.key.application().starts_with("ssh:"));
      require(!each.handle.empty() && is_printable(each.user));
    }
  }

  void remove() const { (void)right(key_.remove_resident(handle_, pin_)); }

  void choose() const {
    if (!right(key_.begin_touch())) return;
    (void)right(key_.touched(Millis(500)));
    key_.end_touch();
  }

 private:
  SecurityKey& key_;
  Pin pin_;
  MakeRequest wanted_;
  const Pin* given_ = nullptr;
  Bytes handle_ = Bytes(64, 0x11);
};

void call(Caller& caller, unsigned which) {
  switch (which % 6) {
    case 0: return caller.make();
    case 1: return caller.sign();
    case 2: return caller.owns();
    case 3: return caller.list();
    case 4: return caller.remove();
    default: return caller.choose();
  }
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 3) return 0;
  const auto model = models()[data[0] % models().size()];
  Input input(ByteView(data, size).subspan(3));
  clock::ManualClock clock;
  FixedRandom random(2);
  State state = new_state();
  if (model.client_pin) {
    state.pin_hash = kPinHash;
    state.pin_code_points = kPin.size();
  }
  auto key = SimulatedKey::plug(
      model, {state, [](const Request&) { return Reply::yes; }, random, {}}, clock.now());
  require(key.has_value());

  // libfido2 sleeps between its questions to a U2F key, in real time.
  const auto opened =
      open_libfido2_key({"/dev/hidraw0", "key"}, std::make_unique<Liar>(*key, clock, input),
                        {clock, -1, true, {Millis(200), Millis(250)}});
  if (!right(opened)) return 0;
  Caller caller(**opened, data[1]);
  for (unsigned i = 0; i < 3; ++i) call(caller, data[2] + i);
  require(key->history().pin_tries <= 16);
  return 0;
}
