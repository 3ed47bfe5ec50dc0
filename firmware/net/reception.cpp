// SPDX-License-Identifier: MIT
#include "firmware/net/reception.hpp"

#include <algorithm>
#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>
#include <deque>
#include <utility>

#include "firmware/net/connection.hpp"
#include "firmware/net/listener.hpp"
#include "firmware/net/monitor_link.hpp"

namespace latchkey::net {

struct Reception::State final : Connection::Owner {
  using Guest = std::shared_ptr<Connection>;

  State(roles::RoleChannel channel, WindowFacts window, const std::vector<int>& sockets,
        const Limits& bounds, crypto::Random& source)
      : facts(std::move(window)),
        limits(bounds),
        random(source),
        monitor(
            loop, std::move(channel), [this](const roles::ToNet& message) { obey(message); },
            [this](Error error) { end(std::move(error)); }) {
    for (const int socket : sockets) {
      listeners.push_back(std::make_unique<Listener>(
          loop, socket,
          [this](int accepted, const std::string& address) { welcome(accepted, address); }));
    }
  }

  void end(Error error) {
    ending = std::move(error);
    ended = true;
    listeners.clear();
    for (const auto& guest : std::deque(guests)) {
      if (guest->conversation().step() != Step::farewell) guest->close();
    }
    if (guests.empty()) return loop.stop();
    // Who is being told why still hears it.
    last_words.expires_after(limits.last_words);
    last_words.async_wait([this](const asio::error_code& /*error*/) { loop.stop(); });
  }

  void welcome(int socket, const std::string& address) {
    const auto is_stranger = [](const Guest& guest) {
      return !guest->conversation().has_greeted();
    };
    if (std::ranges::count_if(guests, is_stranger) >= std::ptrdiff_t(limits.ungreeted)) {
      const Guest oldest = *std::ranges::find_if(guests, is_stranger);
      oldest->close();
    }
    guests.push_back(std::make_shared<Connection>(
        Connection::Setting{loop, facts, limits, random, *this}, socket, address));
    guests.back()->start();
  }

  void on_report(Connection& connection, const roles::FromNet& report) override {
    if (const auto* greeted = std::get_if<roles::PeerGreeted>(&report)) {
      return announce(connection, *greeted);
    }
    if (connection.peer != 0) monitor.send(report);
  }

  void announce(Connection& connection, roles::PeerGreeted message) {
    const auto greeted = std::ranges::count_if(
        guests, [](const Guest& guest) { return guest->conversation().has_greeted(); });
    if (greeted > std::ptrdiff_t(limits.peers)) {
      // Later: this is called from within the connection's own work.
      asio::post(loop, [late = connection.shared_from_this()] {
        late->tell([](Conversation& with) { with.refuse({channel::RefusalReason::busy}); });
      });
      return;
    }
    connection.peer = ++last_peer;
    message.peer = connection.peer;
    message.address.assign_cut(connection.address());
    monitor.send(message);
  }

  void on_closed(Connection& connection) override {
    std::erase_if(guests, [&](const Guest& guest) { return guest.get() == &connection; });
    if (ended && guests.empty()) loop.stop();
  }

  void obey(const roles::ToNet& message) {
    std::visit([this](const auto& fields) { act(fields); }, message);
  }

  static auto at(Step step) {
    return [step](const Connection& guest) { return guest.conversation().step() == step; };
  }

  void act(const roles::ServeWindow& /*again*/) {
    end({make_error_code(Errc::out_of_order), "hearing the monitor"});
  }
  void act(const roles::UseCode& code) {
    tell_those([&](const Connection& guest) { return guest.peer == code.peer && code.peer != 0; },
               [&](Conversation& with) { with.use_code(code.digits.view()); });
  }
  void act(const roles::ReleaseShare& /*now*/) {
    tell_those(at(Step::release), [](Conversation& with) { with.release_share(); });
  }
  void act(const roles::AnswerPeer& answer) {
    tell_those(
        [](const Connection& guest) {
          const Step step = guest.conversation().step();
          return step == Step::answer || step == Step::judgement || step == Step::token ||
                 step == Step::handles;
        },
        [&](Conversation& with) { with.answer(answer); });
  }
  void act(const roles::AskSignature& wanted) {
    tell_those(at(Step::answer), [&](Conversation& with) { with.ask_signature(wanted); });
  }
  void act(const roles::TokenReport& news) {
    tell_those(at(Step::token), [&](Conversation& with) { with.tell(news); });
  }
  void act(const roles::HandOver& handover) {
    tell_those(at(Step::token), [&](Conversation& with) { with.hand_over(handover); });
  }
  void act(const roles::HandleItem& item) {
    tell_those(at(Step::handles), [&](Conversation& with) { with.add_handle(item); });
  }
  void act(const roles::HandlesEnd& /*now*/) {
    tell_those(at(Step::handles), [](Conversation& with) { with.give_handles(); });
  }
  void act(const roles::RefusePeer& refusal) {
    tell_those([](const Connection& guest) { return guest.peer != 0; },
               [&](Conversation& with) {
                 with.refuse({refusal.reason, refusal.tries_left});
               });
  }
  void act(const roles::DropPeer& /*now*/) {
    tell_those([](const Connection& guest) { return guest.peer != 0; },
               [](Conversation& with) { with.dismiss(); });
  }
  void act(const roles::StopAccepting& /*now*/) {
    listeners.clear();
    for (const auto& guest : std::deque(guests)) {
      if (!guest->conversation().has_greeted()) guest->close();
    }
  }

  template <class Which, class What>
  void tell_those(Which which, What what) {
    for (const auto& guest : std::deque(guests)) {  // a copy: guests leave meanwhile
      if (which(*guest)) guest->tell(what);
    }
  }

  asio::io_context loop{1};
  WindowFacts facts;
  Limits limits;
  crypto::Random& random;
  Error ending;
  bool ended = false;
  asio::steady_timer last_words{loop};
  std::deque<Guest> guests;  ///< in the order in which they came
  std::vector<std::unique_ptr<Listener>> listeners;
  MonitorLink monitor;
  std::uint32_t last_peer = 0;
};

Reception::Reception(roles::RoleChannel monitor, WindowFacts facts,
                     const std::vector<int>& listeners, const Limits& limits,
                     crypto::Random& random)
    : state_(std::make_unique<State>(std::move(monitor), std::move(facts), listeners, limits,
                                     random)) {}

Reception::~Reception() = default;

Error Reception::run() {
  state_->loop.run();
  return std::move(state_->ending);
}

}  // namespace latchkey::net
