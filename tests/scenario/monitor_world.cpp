// SPDX-License-Identifier: MIT
#include "tests/scenario/monitor_world.hpp"

#include <cstdlib>
#include <utility>

#include "firmware/keyfile/outcome.hpp"

namespace latchkey::scenario {
namespace {

/// Tells its crew when it goes.
class ScriptedNet final : public monitor::NetRole {
 public:
  explicit ScriptedNet(ScriptedCrew& crew) : crew_(crew) { crew_.listening = true; }
  ~ScriptedNet() override { crew_.listening = false; }
  ScriptedNet(const ScriptedNet&) = delete;
  ScriptedNet& operator=(const ScriptedNet&) = delete;
  ScriptedNet(ScriptedNet&&) = delete;
  ScriptedNet& operator=(ScriptedNet&&) = delete;

  Result<void> tell(const roles::ToNet& message) override {
    if (crew_.deaf) return latchkey::fail(Errc::closed, "telling net");
    crew_.told.push_back(message);
    return {};
  }
  [[nodiscard]] std::uint16_t port() const override { return 7822; }

 private:
  ScriptedCrew& crew_;
};

/// Forgets its callback when it is ended, and what it was told is kept.
class ScriptedToken final : public monitor::TokenRole {
 public:
  explicit ScriptedToken(ScriptedCrew& crew) : crew_(crew) {}
  ~ScriptedToken() override { crew_.token = nullptr; }
  ScriptedToken(const ScriptedToken&) = delete;
  ScriptedToken& operator=(const ScriptedToken&) = delete;
  ScriptedToken(ScriptedToken&&) = delete;
  ScriptedToken& operator=(ScriptedToken&&) = delete;

  Result<void> tell(const roles::ToToken& message) override {
    if (crew_.deaf) return latchkey::fail(Errc::closed, "telling token");
    crew_.ordered.push_back(message);
    return {};
  }

 private:
  ScriptedCrew& crew_;
};

/// Forgets its callback when it is ended.
template <class Callback>
class ScriptedJob final : public monitor::Job {
 public:
  explicit ScriptedJob(Callback& callback) : callback_(callback) {}
  ~ScriptedJob() override { callback_ = nullptr; }
  ScriptedJob(const ScriptedJob&) = delete;
  ScriptedJob& operator=(const ScriptedJob&) = delete;
  ScriptedJob(ScriptedJob&&) = delete;
  ScriptedJob& operator=(ScriptedJob&&) = delete;

 private:
  Callback& callback_;
};

}  // namespace

Result<void> CountingRandom::fill(std::span<std::uint8_t> output) {
  if (broken) return fail(Errc::entropy, "counting");
  for (auto& byte : output) byte = next_++;
  return {};
}

Result<std::unique_ptr<monitor::NetRole>> ScriptedCrew::serve(const roles::ServeWindow& window,
                                                              OnNet on_message) {
  if (cannot_start) return latchkey::fail(Errc::outside, "starting net");
  ++windows_served;
  told = {window};
  net = std::move(on_message);
  return std::make_unique<ScriptedNet>(*this);
}

Result<std::unique_ptr<monitor::TokenRole>> ScriptedCrew::watch_keys(const roles::WatchKeys& watch,
                                                                     OnToken on_message) {
  if (cannot_start) return latchkey::fail(Errc::outside, "starting token");
  ++watches_started;
  ordered = {watch};
  token = std::move(on_message);
  return std::make_unique<ScriptedToken>(*this);
}

Result<std::unique_ptr<monitor::Job>> ScriptedCrew::verify(const roles::ToVerify& question,
                                                           OnVerdict on_verdict) {
  if (cannot_start) return latchkey::fail(Errc::outside, "starting verify");
  questions.push_back(question);
  verdict = std::move(on_verdict);
  return std::make_unique<ScriptedJob<OnVerdict>>(verdict);
}

Result<std::unique_ptr<monitor::Job>> ScriptedCrew::write(const roles::ToKeyfile& order,
                                                          const monitor::Account& account,
                                                          OnWritten on_written) {
  if (cannot_start) return latchkey::fail(Errc::outside, "starting the writer");
  orders.push_back(order);
  written_as.push_back(account.name);
  written = std::move(on_written);
  return std::make_unique<ScriptedJob<OnWritten>>(written);
}

ScriptedSite::ScriptedSite() {
  facts.accounts = {{"pi", 1000, 1000, "/home/pi"}, {"ada", 1001, 1001, "/home/ada"}};
  facts.key_types = {"ssh-ed25519", "ecdsa-sha2-nistp256", "sk-ssh-ed25519@openssh.com"};
  facts.sshd_running = true;
  facts.device = "raspberrypi";
  where.files = {"/home/pi/.ssh/authorized_keys", "/home/pi/.ssh/authorized_keys2"};
}

Result<monitor::Destination> ScriptedSite::destination(const monitor::Account& /*account*/,
                                                       const std::string& /*key_type*/,
                                                       const std::string& address) {
  asked_address = address;
  return where;
}

Result<void> ScriptedSite::start_sshd() {
  ++sshd_starts;
  return {};
}

MonitorWorld::MonitorWorld(config::Config settings, bool pressed_at_boot)
    : config(std::move(settings)), status_led(clock) {
  if (config.policy.key_types.empty()) {
    config.policy.key_types = {"sk-ssh-ed25519@openssh.com", "ssh-ed25519"};
  }
  auto name = (std::filesystem::temp_directory_path() / "latchkey-scenario-XXXXXX").string();
  folder = ::mkdtemp(name.data());
  power_on(pressed_at_boot);
}

MonitorWorld::~MonitorWorld() {
  monitor.reset();
  log.reset();
  std::filesystem::remove_all(folder);
}

void MonitorWorld::power_on(bool pressed) {
  monitor.reset();
  log.reset();
  alarm = std::make_unique<clock::ManualAlarm>(clock);
  failures = std::make_unique<monitor::FailureStore>((folder / "failures").string());
  handles = std::make_unique<monitor::HandleStore>((folder / "handles.json").string());
  log.emplace(monitor::AuditLog::open((folder / "log.jsonl").string()).value());
  monitor = std::make_unique<monitor::Monitor>(
      config,
      monitor::Monitor::World{clock, *alarm, random, status_led, crew, site, *log, *failures,
                              *handles, [this] { ++times_finished; }, "/simulated/keys", trust,
                              [this] { ++led_faults; }},
      pressed);
}

void MonitorWorld::reboot(bool pressed_at_boot) { power_on(pressed_at_boot); }

void MonitorWorld::press() { monitor->on_edge({true, clock.now()}); }
void MonitorWorld::release() { monitor->on_edge({false, clock.now()}); }

void MonitorWorld::tap() { hold(Millis(80)); }

void MonitorWorld::hold(Millis time) {
  press();
  advance(time);
  release();
  advance(Millis(40));  // longer than the debounce
}

void MonitorWorld::advance(Millis time) {
  const auto end = clock.now() + time;
  while (alarm->when() && *alarm->when() <= end) {
    clock.advance(*alarm->when() - clock.now());
    alarm->acknowledge();
    monitor->wake(clock.now());
  }
  clock.advance(end - clock.now());
}

void MonitorWorld::greet(std::uint32_t peer, const std::string& address) {
  roles::PeerGreeted greeted;
  greeted.peer = peer;
  greeted.name.assign_cut("laptop");
  greeted.address.assign_cut(address);
  net_says(greeted);
}

void MonitorWorld::prove_code() {
  greet();
  net_says(roles::ShareWanted{});
  net_says(roles::CodeProved{});
}

void MonitorWorld::offer(const std::string& account) {
  roles::OfferArrived offered;
  offered.account.assign_cut(account);
  (void)offered.key.assign(as_bytes("a key"));
  offered.comment.assign_cut("sam@laptop");
  net_says(offered);
}

void MonitorWorld::net_dies() { crew.net(latchkey::fail(Errc::closed, "hearing net")); }

void MonitorWorld::plug_in(const std::string& name) {
  roles::KeyArrived arrived;
  arrived.name.assign_cut(name);
  token_says(arrived);
}

void MonitorWorld::key_is_made(const std::string& key, const std::string& signature) {
  roles::KeyMade made;
  (void)made.made.key.assign(as_bytes(key));
  (void)made.made.handle.assign(as_bytes("handle of " + key));
  (void)made.made.attestation.assign(as_bytes("attestation of " + key));
  made.made.flags = 1;
  (void)made.signature.assign(as_bytes(signature));
  token_says(made);
}

void MonitorWorld::token_fails(const std::string& text) {
  roles::TokenFailed failed;
  failed.text.assign_cut(text);
  token_says(failed);
}

void MonitorWorld::token_dies() {
  const auto tell = crew.token;
  tell(latchkey::fail(Errc::closed, "hearing token"));
}

void MonitorWorld::ask_for_key(const std::string& account) {
  roles::TokenRequested request;
  request.account.assign_cut(account);
  request.comment.assign_cut("sam@laptop");
  request.application.assign_cut("ssh:");
  request.user.assign_cut("sam");
  net_says(request);
}

void MonitorWorld::proof_holds(const std::string& key_type) {
  roles::KeyVerdict verdict;
  verdict.code = channel::ResultCode::added;
  verdict.proved_by = roles::ProvedBy::signature;
  verdict.key_type.assign_cut(key_type);
  verdict.fingerprint.assign_cut("SHA256:0000");
  (void)verdict.key.assign(as_bytes("a key"));
  (void)verdict.attestation.assign(as_bytes("attestation and challenge"));
  const auto tell = crew.verdict;
  tell(verdict);
}

void MonitorWorld::proof_wants_signature(const std::string& key_type) {
  roles::KeyVerdict verdict;
  verdict.code = channel::ResultCode::added;
  verdict.proved_by = roles::ProvedBy::nothing;
  verdict.key_type.assign_cut(key_type);
  verdict.grade_why.assign_cut("its maker is not known to this Pi");
  (void)verdict.key.assign(as_bytes("a key"));
  const auto tell = crew.verdict;
  tell(verdict);
}

void MonitorWorld::proof_fails(channel::ResultCode code, const std::string& text) {
  roles::KeyVerdict verdict;
  verdict.code = code;
  verdict.text.assign_cut(text);
  const auto tell = crew.verdict;
  tell(verdict);
}

void MonitorWorld::writer_says(std::uint8_t outcome, const std::string& text) {
  roles::KeyfileAnswer answer;
  answer.outcome = outcome;
  answer.text.assign_cut(text);
  answer.path.assign_cut("/home/pi/.ssh/authorized_keys");
  const auto tell = crew.written;
  tell(answer);
}

void MonitorWorld::enrol() {
  tap();
  prove_code();
  offer();
  proof_holds();
  writer_says(static_cast<std::uint8_t>(keyfile::Outcome::added), "Added.");
}

void MonitorWorld::fail_window() {
  tap();
  greet();
  net_says(roles::ShareWanted{});
  net_says(roles::CodeWrong{});
  tap();
}

}  // namespace latchkey::scenario
