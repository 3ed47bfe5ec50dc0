// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <vector>

#include "core/pairing/blink_code.hpp"
#include "core/pairing/window_action.hpp"
#include "core/pairing/window_event.hpp"

/// The pairing window, a pure function: (policy, state, event) → (state, actions). A press opens
/// it, a code that only the LED tells, or a security key plugged into the Pi, proves who is meant,
/// one key is enrolled, and every ending passes through one door that wipes the code, drops the
/// peer and sets the LED.
namespace latchkey::pairing {

/// 90 s; 150 s for a code that takes longer to read.
[[nodiscard]] constexpr Millis designed_code_lifetime(CodeShape shape, Speed speed) noexcept {
  return Millis{shape == CodeShape::strict || speed == Speed::slow ? 150'000 : 90'000};
}

/// Every limit. A limit of n holds for n - 1 ms; at n ms it has passed.
struct Policy {
  Millis somebody_comes{120'000};     ///< open without a peer
  Millis code_lifetime{90'000};       ///< designed_code_lifetime()
  Millis window{300'000};             ///< in all, not extendable; a write is let finish
  Millis machine_step{10'000};        ///< what no person has a part in
  Millis offer{120'000};              ///< code proved → offer: a person may unlock or touch a key
  Millis confirm{30'000};             ///< the second press
  Millis verdict{60'000};             ///< after a success: for the host's verdict and for undo
  std::uint8_t codes = 3;             ///< in one window; each is good for one guess
  std::uint8_t failures_to_lock = 3;  ///< failed windows…
  Millis failure_memory{600'000};     ///< …within this time…
  Millis lock{600'000};               ///< …lock pairing for so long
  bool confirm_press = false;         ///< a second press commits (strict profile)
};

enum class Phase : std::uint8_t {
  idle,         ///< closed: nothing listens
  open,         ///< waiting for a peer
  key_plugged,  ///< a security key plugged into the Pi has won; nobody else waits
  code_shown,   ///< proving: a peer is there, the LED blinks its code
  guess_spent,  ///< proving: the Pi's share has left
  code_proved,  ///< offered: nobody else can come; waiting for the offer
  key_wanted,   ///< the host wants a key made on a security key in the Pi, and waits for it
  verifying,    ///< offered: the proof is being checked
  confirming,   ///< waiting for the second press
  writing,      ///< the writer adds the line
  done,         ///< enrolled; a verdict or an undo may come
  removing,     ///< the writer takes it out again
  locked,       ///< too many failed windows
};
inline constexpr std::size_t kPhaseCount = 13;
[[nodiscard]] std::string_view name(Phase phase) noexcept;  ///< stable, snake_case

/// Value-initialised: closed, nothing known. Feed PowerOn first.
struct State {
  Phase phase = Phase::idle;
  Instant now{};                    ///< the latest time heard of; time never goes backwards
  Instant opened{};                 ///< when this window opened
  Instant since{};                  ///< when this phase began
  std::uint8_t codes_made = 0;      ///< in this window
  bool guess_counted = false;       ///< this window's failure is on disk
  bool peer = false;                ///< somebody is connected
  bool owes_answer = false;         ///< the peer asked, inside the channel
  bool key_here = false;            ///< a security key is plugged into the Pi
  bool from_token = false;          ///< the offer is of the token role
  bool signature_asked = false;     ///< the offer proved nothing once: there is no third time
  bool already_there = false;       ///< done: the line was there before, and stays
  bool stopping = false;            ///< shut down asked for while the writer works
  std::vector<Instant> failures{};  ///< failed windows that still count, oldest first
  friend bool operator==(const State&, const State&) = default;
};

struct Step {
  State state;
  std::vector<Action> actions;
};

/// Deadlines that passed before the event happen first, each at its own time, so it makes no
/// difference whether TimePassed came for them. Events that may race harmlessly are ignored;
/// what only a taken-over role can say closes the window (Reason::protocol_violation).
[[nodiscard]] Step step(const Policy& policy, const State& state, const Event& event);

/// When to feed TimePassed; none: nothing to wake up for.
[[nodiscard]] std::optional<Instant> next_deadline(const Policy& policy, const State& state);

/// How many codes a peer may still be given in this window.
[[nodiscard]] std::uint8_t codes_left(const Policy& policy, const State& state) noexcept;

}  // namespace latchkey::pairing
