// SPDX-License-Identifier: MIT
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "core/crypto/random.hpp"
#include "core/pairing/gestures.hpp"
#include "core/pairing/window.hpp"
#include "firmware/config/config.hpp"
#include "firmware/monitor/audit_log.hpp"
#include "firmware/monitor/crew.hpp"
#include "firmware/monitor/failure_store.hpp"
#include "firmware/monitor/handle_store.hpp"
#include "firmware/monitor/key_in_pi.hpp"
#include "firmware/monitor/led_player.hpp"
#include "firmware/monitor/site.hpp"
#include "firmware/roles/ctl_messages.hpp"
#include "hal/clock/clock.hpp"
#include "hal/gpio/button.hpp"

namespace latchkey::monitor {

struct Offer;  // offer.hpp

/// The heart of latchkeyd: turns what happens into events of the pairing window and the window's
/// actions into deeds. It decides; others parse, prove and write. Everything it needs from the
/// world is handed to it, so that a test can be the world.
///
/// Not thread-safe; the owner calls it from one event loop, and calls wake() when the
/// alarm says so.
class Monitor final {
 public:
  /// All must outlive the monitor.
  struct World {
    const clock::Clock& clock;
    clock::Alarm& alarm;  ///< set to when wake() is to be called; the owner acknowledges it
    crypto::Random& random;
    gpio::StatusLed& led;
    Crew& crew;
    Site& site;
    AuditLog& log;
    const FailureStore& failures;
    const HandleStore& handles;
    /// Called once finished() is true, perhaps long after shut_down(): a write is waited for.
    std::function<void()> on_finished = nullptr;
    /// Folder of simulated security keys (roles::WatchKeys); empty: real ones.
    std::string simulated_keys{};
    TrustFolders trust{};
    /// Called when the LED could not be set, and not again before it could: from inside a call, so
    /// that the monitor must not be called back.
    std::function<void()> on_led_fault = nullptr;
    /// Called before latchkeyctl is answered: to see whether what has been silent is there still.
    /// May call break_down().
    std::function<void()> on_asked = nullptr;
  };
  using OnProgress = std::function<void(const roles::PairProgress&)>;

  /// `pressed`: what the button reads now.
  Monitor(const config::Config& config, World world, bool pressed);
  ~Monitor();
  Monitor(const Monitor&) = delete;
  Monitor& operator=(const Monitor&) = delete;
  Monitor(Monitor&&) = delete;
  Monitor& operator=(Monitor&&) = delete;

  void on_edge(const gpio::Edge& edge);
  /// Something is due: a gesture, a deadline of the window, a change of the LED. Every edge up to
  /// `heard` has been told: a level that was told last has stood until then, not until now.
  void wake(Instant heard);
  /// The daemon is asked to end. It may once finished() is true.
  void shut_down();
  [[nodiscard]] bool finished() const noexcept { return finished_; }
  /// What the daemon cannot do without has failed: said in the log, and as shut_down(). No window
  /// opens any more, and from now on the LED shows the fault.
  void break_down(const Error& why);

  // --- latchkeyctl ---
  [[nodiscard]] roles::StatusReply status();
  /// Opens a window from the Pi's own terminal; `on_progress` hears of every change until the
  /// last, which has finished = 1. Errc::out_of_order unless the window is closed; Errc::closed
  /// after break_down().
  [[nodiscard]] Result<void> pair(OnProgress on_progress);
  void forget_pair() { on_progress_ = nullptr; }

  [[nodiscard]] const pairing::State& state() const noexcept { return state_; }

 private:
  enum class Ending { none, enrolled, failed };  ///< of what `pair` wanted to know

  void feed(pairing::EventBody body);
  void run_queue();
  void reschedule();
  void tell_progress(const std::string& text, Ending ending = Ending::none);

  void on_net(const Result<roles::FromNet>& message);
  void on_offer(const roles::OfferArrived& offered);
  void on_verdict(Result<roles::KeyVerdict> verdict);
  void on_written(Result<roles::KeyfileAnswer> answer);

  // One for each action of the window.
  [[nodiscard]] Result<void> perform(const pairing::Action& action);
  [[nodiscard]] Result<void> start_listening();
  [[nodiscard]] Result<void> make_code();
  [[nodiscard]] Result<void> start_verify();
  [[nodiscard]] Result<void> start_writer(const roles::ToKeyfile& order);
  void show(pairing::Pattern pattern, pairing::Pattern then);
  [[nodiscard]] roles::AddLine order() const;
  [[nodiscard]] Result<void> ask_signature();
  void refuse_peer(const channel::Refusal& refusal);
  void answer_peer(pairing::Answer answer);
  void start_sshd();
  /// What became of the key, into the log; `text` is told more when that fails.
  AuditHead log_key(const std::string& event, std::string& text);
  void record(pairing::Reason reason);
  void close(pairing::Reason reason);
  /// A role said what only one that was taken over can say.
  void distrust(const std::string& role);
  void log_fault(const std::string& doing);

  // monitor_token.cpp: security keys in the Pi.
  void on_token(const Result<roles::FromToken>& message);
  void on_key_made(const roles::KeyMade& made);
  void on_token_request(const roles::TokenRequested& request);
  void report(channel::TokenNews news, std::uint8_t tries_left = 0);
  [[nodiscard]] Result<void> watch_keys(bool asked);
  [[nodiscard]] Result<void> make_key();
  void tell_handles();
  void hand_over();
  void after_writing_made(bool removal);
  void hand_over_is_done();
  void forget_handle();

  const config::Config config_;
  const pairing::Policy policy_;
  World world_;
  pairing::State state_;
  std::deque<pairing::EventBody> queue_;
  bool running_ = false;
  bool finished_ = false;
  bool broken_ = false;

  pairing::GestureRecognizer gestures_;
  LedPlayer led_;
  pairing::Pattern pattern_ = pairing::Pattern::off;

  std::optional<SiteFacts> facts_;
  std::optional<pairing::BlinkCode> code_;
  roles::ServeWindow window_;
  std::unique_ptr<NetRole> net_;
  KeyInPi key_in_pi_;
  roles::TokenRequested token_request_;  ///< in Phase::key_wanted, and what follows
  std::string handles_of_;               ///< the account whose handles the peer asks for
  std::unique_ptr<Job> verify_;
  std::unique_ptr<Job> writer_;
  std::unique_ptr<Offer> offer_;  ///< the one key of this window, with all that is known of it
  std::uint32_t peer_ = 0;        ///< its number, see roles::PeerGreeted
  std::string peer_name_;
  std::string peer_address_;
  std::string last_ending_;
  OnProgress on_progress_;
};

}  // namespace latchkey::monitor
