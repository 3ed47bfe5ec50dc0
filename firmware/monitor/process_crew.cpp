// SPDX-License-Identifier: MIT
#include "firmware/monitor/process_crew.hpp"

#include <sys/socket.h>
#include <unistd.h>
#include <algorithm>
#include <utility>

#include "firmware/monitor/listeners.hpp"
#include "firmware/monitor/role_users.hpp"

namespace latchkey::monitor {
namespace {

constexpr const char* kNet = "latchkey-net";
constexpr const char* kToken = "latchkey-token";
constexpr const char* kVerify = "latchkey-verify";
constexpr const char* kWriter = "latchkey-keyfile";

constexpr std::size_t kLastWord = std::max(sizeof(roles::FromNet), sizeof(roles::FromToken)) + 1;

/// A wake-up without a packet: nothing has happened.
bool is_nothing(const Error& error) {
  return error.code == std::errc::resource_unavailable_try_again;
}

/// One question, one answer, whatever the role.
template <class From, class Answer>
class Question final : public Job {
 public:
  using OnAnswer = std::function<void(Result<Answer>)>;

  Question(EventLoop& loop, const std::string& role, RoleProcess process, Millis deadline,
           OnAnswer on_answer)
      : process_(std::move(process)), on_answer_(std::move(on_answer)), doing_("asking " + role) {
    answer_watch_ = loop.when_readable(process_.channel().descriptor(), [this] { answered(); });
    deadline_watch_ = loop.after(deadline, [this] { finish(fail(Errc::timed_out, doing_)); });
  }

 private:
  void answered() {
    auto message = process_.channel().template receive<From>();
    if (!message && is_nothing(message.error())) return;
    if (!message) return finish(tl::make_unexpected(Error{message.error().code, doing_}));
    finish(std::get<Answer>(*message));
  }

  void finish(Result<Answer> answer) {
    answer_watch_ = {};
    deadline_watch_ = {};
    // The owner may destroy this object from inside the callback.
    const auto on_answer = std::move(on_answer_);
    on_answer(std::move(answer));
  }

  RoleProcess process_;
  OnAnswer on_answer_;
  std::string doing_;
  EventLoop::Watch answer_watch_;
  EventLoop::Watch deadline_watch_;
};

}  // namespace

struct ProcessCrew::Retiring {
  RoleProcess process;
  EventLoop::Watch ended;
  EventLoop::Watch deadline;
};

/// A role that both sides talk to for as long as it lives.
template <class Role, class To, class From>
class ProcessCrew::Conversation : public Role {
 public:
  using OnMessage = std::function<void(const Result<From>&)>;

  Conversation(ProcessCrew& crew, RoleProcess process, OnMessage on_message)
      : crew_(crew), process_(std::move(process)), on_message_(std::move(on_message)) {
    watch_ = crew_.loop_.when_readable(process_.channel().descriptor(), [this] { heard(); });
  }
  ~Conversation() override {
    watch_ = {};
    crew_.retire(std::move(process_));
  }
  Conversation(const Conversation&) = delete;
  Conversation& operator=(const Conversation&) = delete;
  Conversation(Conversation&&) = delete;
  Conversation& operator=(Conversation&&) = delete;

  Result<void> tell(const To& message) override { return process_.channel().send(message); }

 private:
  void heard() {
    auto message = process_.channel().template receive<From>();
    if (!message && is_nothing(message.error())) return;
    // The owner may destroy this object from inside the callback.
    const auto on_message = on_message_;
    if (!message) watch_ = {};
    on_message(message);
    if (message) roles::RoleChannel::wipe(*message);
  }

  ProcessCrew& crew_;
  RoleProcess process_;
  OnMessage on_message_;
  EventLoop::Watch watch_;
};

class ProcessCrew::Net final : public Conversation<NetRole, roles::ToNet, roles::FromNet> {
 public:
  Net(ProcessCrew& crew, RoleProcess process, std::uint16_t port, OnNet on_message)
      : Conversation(crew, std::move(process), std::move(on_message)), port_(port) {}
  [[nodiscard]] std::uint16_t port() const override { return port_; }

 private:
  std::uint16_t port_;
};

ProcessCrew::ProcessCrew(EventLoop& loop, Settings settings)
    : loop_(loop), settings_(std::move(settings)) {}

ProcessCrew::~ProcessCrew() = default;

Result<std::unique_ptr<NetRole>> ProcessCrew::serve(const roles::ServeWindow& window,
                                                    OnNet on_message) {
  auto listeners = Listeners::open(settings_.port);
  if (!listeners && listeners.error().code == std::errc::address_in_use && !retiring_.empty()) {
    // A window goes on after a security key was pulled out: its last net may listen still.
    retiring_.clear();
    listeners = Listeners::open(settings_.port);
  }
  if (!listeners) return fail(std::move(listeners));
  auto process = start(kNet, kNetUser, listeners->descriptors());
  if (!process) return fail(std::move(process));
  auto first = window;
  first.listeners = static_cast<std::uint8_t>(listeners->descriptors().size());
  if (auto told = process->channel().send(roles::ToNet(first)); !told) return fail(std::move(told));
  return std::make_unique<Net>(*this, std::move(*process), listeners->port(),
                               std::move(on_message));
}

Result<std::unique_ptr<TokenRole>> ProcessCrew::watch_keys(const roles::WatchKeys& watch,
                                                           OnToken on_message) {
  auto process = start(kToken, kTokenUser, {});
  if (!process) return fail(std::move(process));
  if (auto told = process->channel().send(roles::ToToken(watch)); !told) {
    return fail(std::move(told));
  }
  return std::make_unique<Conversation<TokenRole, roles::ToToken, roles::FromToken>>(
      *this, std::move(*process), std::move(on_message));
}

Result<std::unique_ptr<Job>> ProcessCrew::verify(const roles::ToVerify& question,
                                                 OnVerdict on_verdict) {
  auto process = start(kVerify, kVerifyUser, {});
  if (!process) return fail(std::move(process));
  if (auto told = process->channel().send(question); !told) return fail(std::move(told));
  return std::make_unique<Question<roles::FromVerify, roles::KeyVerdict>>(
      loop_, kVerify, std::move(*process), settings_.verify_deadline, std::move(on_verdict));
}

Result<std::unique_ptr<Job>> ProcessCrew::write(const roles::ToKeyfile& order,
                                                const Account& account, OnWritten on_written) {
  RoleCommand command{settings_.folder + "/" + kWriter, std::nullopt, {}, settings_.simulated};
  if (::geteuid() == 0) command.identity = Identity{account.name, account.uid, account.gid, true};
  auto process = start(command);
  if (!process) return fail(std::move(process));
  if (auto told = process->channel().send(order); !told) return fail(std::move(told));
  return std::make_unique<Question<roles::FromKeyfile, roles::KeyfileAnswer>>(
      loop_, kWriter, std::move(*process), settings_.writer_deadline, std::move(on_written));
}

Result<RoleProcess> ProcessCrew::start(const char* role, const char* user, std::vector<int> extra) {
  RoleCommand command{settings_.folder + "/" + role, std::nullopt, std::move(extra),
                      settings_.simulated};
  if (!settings_.simulated && ::geteuid() == 0) {
    auto identity = role_identity(user);
    if (!identity) return fail(std::move(identity));
    command.identity = std::move(*identity);
  }
  return start(command);
}

Result<RoleProcess> ProcessCrew::start(const RoleCommand& command) {
  return RoleProcess::start(command, [this](pid_t child) { strays_.adopt(child); });
}

void ProcessCrew::retire(RoleProcess process) {
  // The end of our side tells the role to finish.
  ::shutdown(process.channel().descriptor(), SHUT_WR);
  const auto place = retiring_.insert(retiring_.end(), Retiring{std::move(process), {}, {}});
  // What it still says is read and dropped, so that its end is seen.
  place->ended = loop_.when_readable(place->process.channel().descriptor(), [this, place] {
    const auto packet = place->process.channel().receive_packet(kLastWord);
    if (!packet && !is_nothing(packet.error())) retiring_.erase(place);
  });
  place->deadline = loop_.after(settings_.last_words, [this, place] { retiring_.erase(place); });
}

}  // namespace latchkey::monitor
