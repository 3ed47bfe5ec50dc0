// SPDX-License-Identifier: MIT
#include "docs/generate/window_tour.hpp"

#include <initializer_list>

namespace latchkey::tour {

using namespace pairing;

namespace {

/// A window that events are fed to, one every 100 ms.
class Walk {
 public:
  explicit Walk(const Policy& policy = {}) : policy_(policy) { then({PowerOn{}}); }

  Walk& then(std::initializer_list<EventBody> events) {
    for (const auto& event : events) {
      state_ = step(policy_, state_, {state_.now + Millis{100}, event}).state;
    }
    return *this;
  }
  /// As many peers as there are codes, each with a wrong one.
  Walk& failed_window() {
    then({ShortPress{}});
    for (int i = 0; i < policy_.codes; ++i) then({PeerGreeted{}, ShareWanted{}, CodeWrong{}});
    return *this;
  }
  [[nodiscard]] Stop stop(std::string name, std::string remarks = {}) const {
    return {std::move(name), std::move(remarks), policy_, state_};
  }

 private:
  Policy policy_;
  State state_;
};

Policy strict() {
  Policy policy;
  policy.confirm_press = true;
  return policy;
}

Walk guess_spent() { return Walk().then({ShortPress{}, PeerGreeted{}, ShareWanted{}}); }
Walk verifying(const Policy& policy = {}) {
  return Walk(policy).then(
      {ShortPress{}, PeerGreeted{}, ShareWanted{}, CodeProved{}, OfferArrived{}});
}
Walk wants_key() { return guess_spent().then({CodeProved{}, TokenRequested{}}); }
Walk plugged(const Policy& policy = {}) {
  return Walk(policy).then({ShortPress{}, SecurityKeyArrived{}});
}
Walk made_at_pi(const Policy& policy = {}) { return plugged(policy).then({KeyMade{}}); }
Walk made_for_host() { return wants_key().then({SecurityKeyArrived{}, KeyMade{}}); }
Walk writing() { return verifying().then({ProofAccepted{}}); }
Walk done() { return writing().then({WriteSucceeded{false}}); }
Walk third_code() {
  Walk walk = Walk().then({ShortPress{}});
  for (int i = 0; i < 2; ++i) walk.then({PeerGreeted{}, ShareWanted{}, CodeWrong{}});
  return walk;
}

}  // namespace

const std::vector<Stop>& stops() {
  static const std::vector<Stop> all{
      Walk().stop("idle"),
      Walk().failed_window().stop("idle, one failed window", "a failed window is remembered"),
      Walk().then({ShortPress{}}).stop("open"),
      third_code().stop("open, third code", "two codes are used up, the failure is counted"),
      plugged()
          .then({TokenFailed{}})
          .stop("open, key failed", "a security key is plugged in that could not make a key"),
      plugged().stop("key_plugged"),
      made_at_pi()
          .then({SignatureWanted{}})
          .stop("key_plugged, to sign", "the key is made and shall sign"),
      Walk().then({ShortPress{}, PeerGreeted{}}).stop("code_shown"),
      third_code().then({PeerGreeted{}}).stop("code_shown, last code", "no code is left after it"),
      guess_spent().stop("guess_spent"),
      third_code()
          .then({PeerGreeted{}, ShareWanted{}})
          .stop("guess_spent, last code", "no code is left after it"),
      Walk()
          .failed_window()
          .failed_window()
          .then({ShortPress{}, PeerGreeted{}, ShareWanted{}})
          .stop("guess_spent, third failure", "two windows failed before"),
      guess_spent().then({CodeProved{}}).stop("code_proved"),
      verifying()
          .then({SignatureWanted{}})
          .stop("code_proved, to sign", "the offer shall come again, signed"),
      wants_key().stop("key_wanted"),
      wants_key().then({SecurityKeyArrived{}}).stop("key_wanted, key there", "a key is plugged in"),
      made_for_host()
          .then({SignatureWanted{}})
          .stop("key_wanted, to sign", "the key is made and shall sign"),
      verifying().stop("verifying"),
      verifying()
          .then({SignatureWanted{}, OfferArrived{}})
          .stop("verifying, signed", "it is the second offer, with a signature"),
      made_at_pi().stop("verifying, made at the Pi",
                        "a security key in the Pi made it, for nobody"),
      made_at_pi()
          .then({SecurityKeyLeft{}})
          .stop("verifying, made and left", "that security key was pulled out already"),
      made_for_host().stop("verifying, made for the host", "a security key in the Pi made it"),
      made_for_host()
          .then({SignatureWanted{}, KeyMade{}})
          .stop("verifying, made and signed", "a security key in the Pi made it, and signed"),
      made_for_host()
          .then({SecurityKeyLeft{}})
          .stop("verifying, made for the host and left",
                "the security key in the Pi that made it was pulled out already"),
      verifying(strict())
          .then({SignatureWanted{}})
          .stop("code_proved, press needed",
                "the offer shall come again, signed, and a press will have to confirm"),
      verifying(strict()).stop("verifying, press needed", "a press will have to confirm"),
      verifying(strict()).then({ProofAccepted{}}).stop("confirming"),
      made_at_pi(strict())
          .then({ProofAccepted{}})
          .stop("confirming, made at the Pi", "a security key in the Pi made it, for nobody"),
      writing().stop("writing"),
      writing().then({PeerGone{}}).stop("writing, peer gone", "nobody to answer"),
      writing().then({ShutDown{}}).stop("writing, shutting down", "the daemon was asked to end"),
      done().stop("done"),
      writing()
          .then({WriteSucceeded{true}})
          .stop("done, already there", "the line was there before"),
      made_at_pi()
          .then({ProofAccepted{}, WriteSucceeded{false}})
          .stop("done, made at the Pi", "a security key in the Pi made it, for nobody"),
      done().then({VerdictLoggedIn{}}).stop("done, logged in", "the peer has said good-bye"),
      done().then({VerdictTakeOut{}}).stop("removing"),
      done().then({Hold{}}).stop("removing, by hold", "the button asked, not the peer"),
      Walk().failed_window().failed_window().failed_window().stop("locked"),
  };
  return all;
}

const std::vector<Happening>& happenings() {
  static const std::vector<Happening> all{
      {"power_on", PowerOn{0, false}},
      {"power_on, 2 failures", PowerOn{2, false}},
      {"power_on, 3 failures", PowerOn{3, false}},
      {"power_on, locked", PowerOn{3, true}},
      {"short_press", ShortPress{}},
      {"hold", Hold{}},
      {"open_requested", OpenRequested{}},
      {"shut_down", ShutDown{}},
      {"peer_greeted", PeerGreeted{}},
      {"share_wanted", ShareWanted{}},
      {"code_wrong", CodeWrong{}},
      {"code_proved", CodeProved{}},
      {"offer_arrived", OfferArrived{}},
      {"token_requested", TokenRequested{}},
      {"handles_requested", HandlesRequested{}},
      {"verdict_logged_in", VerdictLoggedIn{}},
      {"verdict_take_out", VerdictTakeOut{}},
      {"peer_gone", PeerGone{}},
      {"proof_accepted", ProofAccepted{}},
      {"proof_refused", ProofRefused{}},
      {"signature_wanted", SignatureWanted{}},
      {"write_succeeded", WriteSucceeded{false}},
      {"write_succeeded, already there", WriteSucceeded{true}},
      {"write_failed", WriteFailed{}},
      {"removal_finished", RemovalFinished{true}},
      {"removal_finished, failed", RemovalFinished{false}},
      {"security_key_arrived", SecurityKeyArrived{}},
      {"second_security_key", SecondSecurityKey{}},
      {"security_key_left", SecurityKeyLeft{}},
      {"touch_wanted", TouchWanted{}},
      {"pin_wanted", PinWanted{}},
      {"key_made", KeyMade{}},
      {"token_failed", TokenFailed{}},
      {"rule_broken", RuleBroken{}},
      {"service_failed", ServiceFailed{}},
      {"time_passed", TimePassed{}},
      {"time_passed, the window's end", TimePassed{}},
  };
  return all;
}

Step visit(const Stop& stop, const Happening& happening) {
  State state = stop.state;
  Instant at = state.now + Millis{1000};
  if (happening.name == "time_passed") {
    at = next_deadline(stop.policy, state).value_or(at);
  } else if (kind(happening.body) == EventKind::time_passed) {
    state.opened = at - stop.policy.window;
  }
  Step step = pairing::step(stop.policy, state, {at, happening.body});
  if (step.state.opened == state.opened) step.state.opened = stop.state.opened;
  return step;
}

}  // namespace latchkey::tour
