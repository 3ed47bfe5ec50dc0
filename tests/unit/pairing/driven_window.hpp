// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <initializer_list>
#include <string>
#include <vector>

#include "core/pairing/window.hpp"

namespace latchkey::pairing::test {

using Deeds = std::vector<std::string>;

/// A window in virtual time. Every event happens at `now`; what was done is kept.
class Window {
 public:
  explicit Window(const Policy& with = {}, PowerOn power = {}) : policy(with) { feed(power); }

  Window& feed(const EventBody& body) {
    Step next = step(policy, state, {now, body});
    state = std::move(next.state);
    last.clear();
    for (const auto& action : next.actions) last.push_back(describe(action));
    all.insert(all.end(), last.begin(), last.end());
    return *this;
  }
  Window& feed(std::initializer_list<EventBody> bodies) {
    for (const auto& body : bodies) feed(body);
    return *this;
  }
  Window& after(Millis wait) {
    now += wait;
    return *this;
  }
  Window& spend_a_guess() { return feed({PeerGreeted{}, ShareWanted{}}); }
  Window& fail() { return feed({ShortPress{}, PeerGreeted{}, ShareWanted{}, ShortPress{}}); }
  Window& prove() { return feed({ShortPress{}, PeerGreeted{}, ShareWanted{}, CodeProved{}}); }
  Window& succeed() {
    return prove().feed({OfferArrived{}, ProofAccepted{}, WriteSucceeded{false}});
  }
  Window& plug_in() { return feed({ShortPress{}, SecurityKeyArrived{}}); }
  Window& want_key() { return prove().feed(TokenRequested{}); }

  [[nodiscard]] bool did(const std::string& deed) const {
    return std::find(last.begin(), last.end(), deed) != last.end();
  }
  [[nodiscard]] std::size_t times(const std::string& deed) const {
    return static_cast<std::size_t>(std::count(all.begin(), all.end(), deed));
  }

  Policy policy;
  State state;
  Instant now{Millis{1'000'000}};
  Deeds last;
  Deeds all;
};

inline Policy strict() {
  Policy policy;
  policy.confirm_press = true;
  return policy;
}

}  // namespace latchkey::pairing::test
