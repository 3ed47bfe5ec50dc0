// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <optional>
#include <random>
#include <set>

#include "core/pairing/window.hpp"
#include "docs/generate/window_tour.hpp"

// Random events against a window, watched by somebody who knows the rules from the outside:
// who keeps no state of the window's, only what he saw happen.

namespace {

using namespace latchkey;
using namespace latchkey::pairing;

/// Sees every event and every action, in order, and complains.
class Watcher {
 public:
  explicit Watcher(const Policy& policy) : policy_(policy) {}

  void before(const Event& event) { now_ = std::max(now_, event.at); }

  void event(const EventBody& body) {
    if (std::holds_alternative<ShortPress>(body)) {
      if (accepted_) pressed_again_ = true;
    } else if (std::holds_alternative<CodeProved>(body)) {
      right_ = guess_out_;
    } else if (std::holds_alternative<KeyMade>(body)) {
      if (ordered_) made_ = true;
      ordered_ = false;
    } else if (std::holds_alternative<ProofAccepted>(body)) {
      if (verifying_) accepted_ = true;
      verifying_ = false;
    } else if (std::holds_alternative<TokenFailed>(body)) {
      ordered_ = false;
    } else if (std::holds_alternative<SignatureWanted>(body)) {
      verifying_ = false;
    } else if (const auto* written = std::get_if<WriteSucceeded>(&body)) {
      if (awaited_) there_before_ = written->already_there;
      awaited_ = false;
    }
  }

  void action(const Action& action, Instant at) {
    std::visit([&](const auto& deed) { see(deed, at); }, action);
  }

  void after(const State& state) {
    if (open_ && !writing_or_later_) CHECK(at_ < opened_ + policy_.window);
    CHECK((state.phase == Phase::idle || state.phase == Phase::locked) == !open_);
    if (!open_) {
      CHECK(!code_);
      CHECK(!peer_);
      CHECK(!listening_);
      CHECK(!verifying_);
      CHECK(!token_);
      CHECK((shown_ != Pattern::code && shown_ != Pattern::window_open &&
             shown_ != Pattern::working && shown_ != Pattern::confirm && shown_ != Pattern::touch));
    }
    after_token(state);
    if (open_ && !verifying_) CHECK(state.phase != Phase::verifying);
    CHECK(state.failures.size() <= policy_.failures_to_lock);
  }
  void clock(Instant at) { at_ = at; }

  std::size_t windows = 0;
  std::size_t writes = 0;
  std::size_t locks = 0;
  std::size_t keys = 0;  ///< ordered of the token role
  std::set<Reason> reasons;

 private:
  /// Where a security key is looked at, and where none is.
  void after_token(const State& state) const {
    switch (state.phase) {
      case Phase::open:
      case Phase::code_shown:
      case Phase::guess_spent:
        CHECK(token_);
        CHECK(listening_);
        CHECK(!ordered_);
        return;
      case Phase::key_plugged:
        CHECK(!listening_);
        CHECK(!peer_);
        CHECK(ordered_);
        return;
      case Phase::key_wanted:
        CHECK(peer_);
        CHECK(ordered_);
        return;
      case Phase::verifying: CHECK(token_ == made_); return;
      default: CHECK(!token_);
    }
  }
  void see(const StartListening& /*a*/, Instant at) {
    CHECK(!listening_);
    CHECK(!peer_);
    listening_ = true;
    made_ = asked_ = false;
    if (open_) return;  // a security key came to nothing: the window is no newer for it
    CHECK(at >= locked_until_);
    open_ = true;
    opened_ = at;
    released_ = 0;
    codes_ = 0;
    persisted_ = proved_ = accepted_ = pressed_again_ = writing_or_later_ = wrote_ = false;
    ++windows;
  }
  void see(const StopAccepting& /*a*/, Instant /*at*/) {
    CHECK(right_);
    proved_ = true;
  }
  void see(const StopListening& /*a*/, Instant /*at*/) {
    listening_ = peer_ = guess_out_ = right_ = false;
  }
  void see(const WatchKeys& deed, Instant /*at*/) {
    CHECK(open_);
    CHECK(!token_);
    CHECK(deed.asked == proved_);
    token_ = true;
  }
  void see(const StopToken& /*a*/, Instant /*at*/) { token_ = ordered_ = false; }
  void see(const MakeKey& /*a*/, Instant /*at*/) {
    CHECK(token_);
    CHECK(!ordered_);
    CHECK(!made_);
    CHECK(peer_ == proved_);
    ordered_ = true;
    ++keys;
  }
  void see(const AskSignature& /*a*/, Instant /*at*/) {
    CHECK(!asked_);
    CHECK((proved_ || made_));
    CHECK(token_ == made_);
    asked_ = true;
    ordered_ = made_;
  }
  void see(const TellHandles& /*a*/, Instant /*at*/) {
    CHECK(proved_);
    CHECK(peer_);
    CHECK(!verifying_);
    CHECK(!writing_or_later_);
  }
  void see(const MakeCode& /*a*/, Instant /*at*/) {
    CHECK(listening_);
    CHECK(!code_);
    CHECK(++codes_ <= policy_.codes);
    code_ = peer_ = true;
    guess_out_ = right_ = false;
  }
  void see(const WipeCode& /*a*/, Instant /*at*/) { code_ = false; }
  void see(const Show& deed, Instant /*at*/) {
    CHECK((deed.pattern != Pattern::code || code_));
    shown_ = deed.then == Pattern::off ? deed.pattern : deed.then;
  }
  void see(const ReleaseShare& /*a*/, Instant at) {
    CHECK(open_);
    CHECK(persisted_);
    CHECK(++released_ <= policy_.codes);
    CHECK(released_ <= codes_);
    CHECK(at < opened_ + policy_.window);
    guess_out_ = true;
  }
  void see(const RefusePeer& /*a*/, Instant /*at*/) {}
  void see(const DropPeer& /*a*/, Instant /*at*/) { peer_ = guess_out_ = right_ = false; }
  void see(const StartVerify& /*a*/, Instant /*at*/) {
    CHECK((proved_ || made_));
    CHECK(!accepted_);
    verifying_ = true;
  }
  void see(const StopVerify& /*a*/, Instant /*at*/) { verifying_ = false; }
  void see(const StartWrite& /*a*/, Instant at) {
    CHECK(open_);
    CHECK((proved_ || made_));
    CHECK(accepted_);
    CHECK(!token_);
    if (policy_.confirm_press) CHECK(pressed_again_);
    CHECK(!wrote_);
    CHECK(at < opened_ + policy_.window);
    wrote_ = writing_or_later_ = awaited_ = true;
    ++writes;
  }
  void see(const StartRemoval& /*a*/, Instant /*at*/) {
    CHECK(wrote_);
    CHECK(!there_before_);
  }
  void see(const StopWriter& /*a*/, Instant /*at*/) { CHECK(wrote_); }
  void see(const AnswerPeer& /*a*/, Instant /*at*/) { CHECK(proved_); }
  void see(const PersistFailures& deed, Instant at) {
    persisted_ = deed.failures > 0;
    if (!deed.locked) return;
    locked_until_ = at + policy_.lock;
    ++locks;
  }
  void see(const Record& deed, Instant /*at*/) {
    CHECK(writing_or_later_ == (deed.reason == Reason::protocol_violation));
    if (deed.reason != Reason::protocol_violation) CHECK(deed.reason == Reason::token_failed);
  }
  void see(const Close& deed, Instant /*at*/) {
    CHECK((open_ || deed.reason == Reason::shut_down));
    open_ = verifying_ = accepted_ = proved_ = made_ = false;
    reasons.insert(deed.reason);
  }

  Policy policy_;
  Instant now_{};
  Instant at_{};
  Instant opened_{};
  Instant locked_until_{};
  bool open_ = false, listening_ = false, code_ = false, peer_ = false, persisted_ = false;
  bool proved_ = false, verifying_ = false, accepted_ = false, pressed_again_ = false;
  bool guess_out_ = false;  // the Pi's share has left to a peer that is still there
  bool right_ = false;      // and that peer is said to have proved the code
  bool token_ = false;      // the token role lives
  bool ordered_ = false;    // it is to make a key, or to sign with it
  bool made_ = false;       // and has
  bool asked_ = false;      // for a signature
  bool wrote_ = false, writing_or_later_ = false, there_before_ = false, awaited_ = false;
  std::size_t released_ = 0, codes_ = 0;
  Pattern shown_ = Pattern::off;
};

/// An event that brings a window further, so that random walks get somewhere. `roll`: which one,
/// where there are several.
std::optional<EventBody> way_on(Phase phase, std::uint_fast32_t roll) {
  const bool usual = roll % 3 != 0;
  switch (phase) {
    case Phase::idle: return ShortPress{};
    case Phase::open: return usual ? EventBody{PeerGreeted{}} : EventBody{SecurityKeyArrived{}};
    case Phase::key_plugged: return KeyMade{};
    case Phase::key_wanted: return usual ? EventBody{KeyMade{}} : EventBody{SecurityKeyArrived{}};
    case Phase::code_shown: return ShareWanted{};
    case Phase::guess_spent: return CodeProved{};
    case Phase::code_proved: return usual ? EventBody{OfferArrived{}} : EventBody{TokenRequested{}};
    case Phase::verifying: return usual ? EventBody{ProofAccepted{}} : EventBody{SignatureWanted{}};
    case Phase::confirming: return ShortPress{};
    case Phase::writing: return WriteSucceeded{};
    case Phase::done: return VerdictTakeOut{};
    case Phase::removing: return RemovalFinished{true};
    default: return std::nullopt;
  }
}

EventBody any_event(std::mt19937& random) {
  const auto& happenings = tour::happenings();
  return happenings[random() % happenings.size()].body;
}

void walk(const Policy& policy, std::uint32_t seed, int events, Watcher& watcher) {
  std::mt19937 random(seed);
  State state;
  Instant now{};
  for (int i = 0; i < events; ++i) {
    // Deadlines come one by one, so that the watcher knows at what time each action was.
    const auto due = next_deadline(policy, state);
    if (due) REQUIRE(*due > state.now);
    Event event{now, TimePassed{}};
    const auto roll = random() % 100;
    if (roll < 10 && due) {
      event.at = *due;
    } else {
      now = state.now + Millis{static_cast<int>(random() % (roll < 12 ? 40'000 : 900))};
      event.at = due && now >= *due ? *due : now;
      const auto on = way_on(state.phase, random());
      if (!(due && now >= *due)) event.body = roll < 55 && on ? *on : any_event(random);
      if (roll == 99) event.at = Instant{};  // a clock that goes backwards
    }
    watcher.clock(std::max(state.now, event.at));
    watcher.before(event);
    watcher.event(event.body);
    const Step next = step(policy, state, event);
    for (const auto& action : next.actions) watcher.action(action, next.state.now);
    REQUIRE(next.state.now == std::max(state.now, event.at));
    state = next.state;
    watcher.after(state);
  }
}

TEST_CASE("in 300,000 random events no rule of the window is broken") {
  Policy strict;
  strict.confirm_press = true;
  Policy odd;
  odd.codes = 1;
  odd.failures_to_lock = 1;
  odd.lock = Millis{30'000};
  std::set<Reason> reasons;
  for (const auto& policy : {Policy{}, strict, odd}) {
    Watcher watcher(policy);
    for (std::uint32_t seed = 1; seed <= 10; ++seed) {
      Watcher fresh(policy);
      walk(policy, seed, 10'000, fresh);
      watcher.windows += fresh.windows;
      watcher.writes += fresh.writes;
      watcher.locks += fresh.locks;
      watcher.keys += fresh.keys;
      reasons.insert(fresh.reasons.begin(), fresh.reasons.end());
    }
    CHECK(watcher.windows > 1000);
    CHECK(watcher.writes > 20);
    CHECK(watcher.locks > 10);
    CHECK(watcher.keys > 200);
  }
  // No ending that cannot happen.
  for (std::size_t i = 0; i < kReasonCount; ++i) {
    const auto reason = static_cast<Reason>(i);
    CAPTURE(name(reason));
    CHECK(reasons.count(reason) == 1);
  }
}

TEST_CASE("a late wake-up changes nothing: missed deadlines happen at their own times") {
  std::mt19937 random(99);
  const Policy policy;
  State punctual;
  State late;
  for (int i = 0; i < 20'000; ++i) {
    const Instant at = late.now + Millis{static_cast<int>(random() % (i % 7 == 0 ? 200'000 : 900))};
    const auto on = way_on(late.phase, random());
    const EventBody body = random() % 100 < 60 && on ? *on : any_event(random);
    std::vector<std::string> wanted;
    const auto note = [&wanted](const Step& step) {
      for (const auto& action : step.actions) wanted.push_back(describe(action));
      return step.state;
    };
    for (auto due = next_deadline(policy, punctual); due && *due <= at;
         due = next_deadline(policy, punctual)) {
      punctual = note(step(policy, punctual, {*due, TimePassed{}}));
    }
    punctual = note(step(policy, punctual, {at, body}));
    const Step step_late = step(policy, late, {at, body});
    std::vector<std::string> got;
    for (const auto& action : step_late.actions) got.push_back(describe(action));
    REQUIRE(got == wanted);
    REQUIRE(step_late.state == punctual);
    late = step_late.state;
  }
}

}  // namespace
