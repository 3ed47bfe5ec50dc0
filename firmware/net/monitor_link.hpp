// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <memory>

#include "firmware/net/loop.hpp"
#include "firmware/roles/net_messages.hpp"
#include "firmware/roles/role_channel.hpp"

namespace latchkey::net {

/// The channel to the monitor on the event loop.
class MonitorLink final {
 public:
  using OnMessage = std::function<void(const roles::ToNet&)>;
  /// Once, with what ended it: Errc::closed, or a message that makes no sense.
  using OnEnd = std::function<void(Error)>;

  /// `loop` must outlive this.
  MonitorLink(asio::io_context& loop, roles::RoleChannel channel, OnMessage on_message,
              OnEnd on_end);
  ~MonitorLink();
  MonitorLink(const MonitorLink&) = delete;
  MonitorLink& operator=(const MonitorLink&) = delete;
  MonitorLink(MonitorLink&&) = delete;
  MonitorLink& operator=(MonitorLink&&) = delete;

  /// A monitor that does not take it (the queue holds some ten offers) is as good as gone.
  void send(const roles::FromNet& message);

 private:
  struct Io;
  std::shared_ptr<Io> io_;
};

}  // namespace latchkey::net
