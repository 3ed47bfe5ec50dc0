// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "firmware/monitor/monitor.hpp"
#include "hal/clock/sim/manual_alarm.hpp"
#include "hal/clock/sim/manual_clock.hpp"
#include "hal/gpio/sim/manual_board.hpp"

/// A world for one Monitor in virtual time: the test is the person, the peer, the verifier and
/// the writer. Time passes only by advance().
namespace latchkey::scenario {

/// The same bytes every run.
class CountingRandom final : public crypto::Random {
 public:
  Result<void> fill(std::span<std::uint8_t> output) override;
  bool broken = false;

 private:
  std::uint8_t next_ = 0;
};

/// Remembers what the roles were asked and told; the test answers for them.
class ScriptedCrew final : public monitor::Crew {
 public:
  Result<std::unique_ptr<monitor::NetRole>> serve(const roles::ServeWindow& window,
                                                  OnNet on_message) override;
  Result<std::unique_ptr<monitor::TokenRole>> watch_keys(const roles::WatchKeys& watch,
                                                         OnToken on_message) override;
  Result<std::unique_ptr<monitor::Job>> verify(const roles::ToVerify& question,
                                               OnVerdict on_verdict) override;
  Result<std::unique_ptr<monitor::Job>> write(const roles::ToKeyfile& order,
                                              const monitor::Account& account,
                                              OnWritten on_written) override;

  bool listening = false;     ///< a net role is alive
  bool cannot_start = false;  ///< every start fails
  bool deaf = false;          ///< net hears nothing more: telling it anything fails
  int windows_served = 0;
  std::vector<roles::ToNet> told;  ///< to net, oldest first
  std::vector<roles::ToVerify> questions;
  std::vector<roles::ToKeyfile> orders;
  std::vector<std::string> written_as;  ///< the account of each order
  int watches_started = 0;
  std::vector<roles::ToToken> ordered;  ///< to the last token role, oldest first
  OnNet net;
  OnToken token;      ///< empty: no token role is alive
  OnVerdict verdict;  ///< empty: nothing is being verified
  OnWritten written;  ///< empty: nothing is being written

  template <class Message>
  [[nodiscard]] int count() const {
    int found = 0;
    for (const auto& message : told) found += std::holds_alternative<Message>(message) ? 1 : 0;
    return found;
  }
  /// Nobody works any more: net, token, verify and the writer are gone.
  [[nodiscard]] bool nobody_left() const { return !listening && !token && !verdict && !written; }
  template <class Message>
  [[nodiscard]] int count_ordered() const {
    int found = 0;
    for (const auto& message : ordered) found += std::holds_alternative<Message>(message) ? 1 : 0;
    return found;
  }
  /// The last order of that kind to the last token role; nullptr: none.
  template <class Message>
  [[nodiscard]] const Message* last_order() const {
    for (auto it = ordered.rbegin(); it != ordered.rend(); ++it) {
      if (const auto* message = std::get_if<Message>(&*it)) return message;
    }
    return nullptr;
  }
  /// The last message of that kind that net was told; nullptr: none.
  template <class Message>
  [[nodiscard]] const Message* last() const {
    for (auto it = told.rbegin(); it != told.rend(); ++it) {
      if (const auto* message = std::get_if<Message>(&*it)) return message;
    }
    return nullptr;
  }
};

/// A machine with the accounts pi and ada.
class ScriptedSite final : public monitor::Site {
 public:
  ScriptedSite();
  Result<monitor::SiteFacts> survey() override { return facts; }
  Result<monitor::Destination> destination(const monitor::Account& account,
                                           const std::string& key_type,
                                           const std::string& address) override;
  Result<void> start_sshd() override;

  monitor::SiteFacts facts;
  monitor::Destination where;
  std::string asked_address;
  int sshd_starts = 0;
};

class MonitorWorld {
 public:
  explicit MonitorWorld(config::Config settings = {}, bool pressed_at_boot = false);
  ~MonitorWorld();
  MonitorWorld(const MonitorWorld&) = delete;
  MonitorWorld& operator=(const MonitorWorld&) = delete;
  MonitorWorld(MonitorWorld&&) = delete;
  MonitorWorld& operator=(MonitorWorld&&) = delete;

  // The person.
  void press();
  void release();
  void tap();  ///< 80 ms
  void hold(Millis time);
  void advance(Millis time);  ///< wakes the monitor whenever its alarm rings

  // The net role's words.
  void greet(std::uint32_t peer = 1, const std::string& address = "192.0.2.7");
  void prove_code();  ///< greet to code proved
  void offer(const std::string& account = "pi");
  template <class Message>
  void net_says(const Message& message) {
    crew.net(roles::FromNet(message));
  }
  void net_dies();

  // The token role's words, about the security key in the Pi.
  void plug_in(const std::string& name = "Simulated Key");
  void key_is_made(const std::string& key = "a key", const std::string& signature = "");
  void token_fails(const std::string& text = "It cannot.");
  template <class Message>
  void token_says(const Message& message) {
    const auto tell = crew.token;
    tell(roles::FromToken(message));
  }
  void token_dies();
  /// The host that has proved the code asks for a key on the security key in the Pi.
  void ask_for_key(const std::string& account = "pi");

  // The verifier's and the writer's.
  void proof_holds(const std::string& key_type = "ssh-ed25519");
  /// The key is good, but nothing proves whose it is.
  void proof_wants_signature(const std::string& key_type);
  void proof_fails(channel::ResultCode code, const std::string& text);
  void writer_says(std::uint8_t outcome, const std::string& text);

  /// A whole enrolment up to the success.
  void enrol();
  /// One window in which the code is guessed wrong once and the peer leaves.
  void fail_window();
  /// Power off and on again: what is on disk stays.
  void reboot(bool pressed_at_boot = false);

  [[nodiscard]] pairing::Phase phase() const { return monitor->state().phase; }
  [[nodiscard]] std::string led() const { return monitor->status().led.str(); }
  [[nodiscard]] std::string last_ending() const { return monitor->status().last_ending.str(); }

  config::Config config;
  std::filesystem::path folder;
  clock::ManualClock clock;
  std::unique_ptr<clock::ManualAlarm> alarm;
  CountingRandom random;
  gpio::RecordingLed status_led;
  ScriptedCrew crew;
  ScriptedSite site;
  std::unique_ptr<monitor::FailureStore> failures;
  std::unique_ptr<monitor::HandleStore> handles;
  std::optional<monitor::AuditLog> log;
  std::unique_ptr<monitor::Monitor> monitor;
  monitor::TrustFolders trust{"/roots.d", "/intermediates.d"};
  int led_faults = 0;      ///< the monitor said that the LED could not be set
  int times_finished = 0;  ///< the monitor said that the daemon may end

 private:
  void power_on(bool pressed);
};

}  // namespace latchkey::scenario
