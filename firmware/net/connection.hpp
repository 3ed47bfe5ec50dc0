// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>

#include "firmware/net/conversation.hpp"
#include "firmware/net/loop.hpp"

namespace latchkey::net {

/// One accepted connection: moves bytes between its socket and its conversation, and keeps the
/// deadlines. Lives on the event loop until it is closed; everything happens in that one thread.
class Connection final : public std::enable_shared_from_this<Connection> {
 public:
  /// Who hears of it. Must outlive the event loop's run.
  class Owner {
   public:
    Owner() = default;
    virtual ~Owner() = default;
    Owner(const Owner&) = delete;
    Owner& operator=(const Owner&) = delete;
    Owner(Owner&&) = delete;
    Owner& operator=(Owner&&) = delete;

    /// Not to call back into the connection.
    virtual void on_report(Connection& connection, const roles::FromNet& report) = 0;
    /// The last call.
    virtual void on_closed(Connection& connection) = 0;
  };
  struct Setting {
    asio::io_context& loop;
    const WindowFacts& facts;
    const Limits& limits;
    crypto::Random& random;
    Owner& owner;
  };

  /// Owns `socket`. All of the setting must outlive this.
  Connection(const Setting& setting, int socket, std::string address);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  Connection(Connection&&) = delete;
  Connection& operator=(Connection&&) = delete;

  /// Once, right after make_shared.
  void start();
  /// At once, without a word. The peer left, as far as the monitor is concerned.
  void close() { close(roles::PeerGone::Why::left); }

  /// Hands something of the monitor's to the conversation, and does what follows from it.
  template <class Change>
  void tell(Change&& change) {
    std::forward<Change>(change)(conversation_);
    pump();
  }

  [[nodiscard]] const Conversation& conversation() const noexcept { return conversation_; }
  [[nodiscard]] const std::string& address() const noexcept { return address_; }
  /// The number under which the monitor knows it; 0: it does not.
  std::uint32_t peer = 0;

 private:
  struct Io;

  void take(ByteView bytes);
  void pump();
  void deliver_reports();
  void watch_step();
  void write_or_finish();
  void close(roles::PeerGone::Why why);
  void step_took_too_long();

  Setting setting_;
  std::string address_;
  Conversation conversation_;
  Step watched_ = Step::greeting;
  std::size_t discarded_ = 0;
  std::unique_ptr<Io> io_;
};

}  // namespace latchkey::net
