// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "core/time.hpp"

namespace latchkey::fido::sim {

/// What has happened to a key, for tests to assert on. Lost at unplugging, unlike the state; the
/// counters count since the plug.
struct History {
  struct Event {
    Instant at;
    std::string what;          ///< "makeCredential", "clientPIN getPinToken", "U2F register", …
    std::uint16_t status = 0;  ///< CTAP2 status; U2F: the status word
  };

  std::vector<Event> events;   ///< one each answered command, oldest first
  unsigned touches_asked = 0;  ///< requests that waited for a touch
  unsigned touches_given = 0;
  unsigned verifications_asked = 0;  ///< the same for the fingerprint reader
  unsigned verifications_given = 0;
  unsigned pin_tries = 0;  ///< PINs that were compared, right or wrong
  unsigned wrong_pins = 0;
  unsigned signatures = 0;  ///< assertions and attestations signed
  unsigned cancelled = 0;
  unsigned timed_out = 0;
};

inline constexpr std::size_t kMaxEvents = 4096;  ///< older ones are dropped

/// Adds an event.
inline void record(History& history, History::Event event) {
  auto& events = history.events;
  if (events.size() >= kMaxEvents) events.erase(events.begin());
  events.push_back(std::move(event));
}

}  // namespace latchkey::fido::sim
