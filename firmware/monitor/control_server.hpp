// SPDX-License-Identifier: MIT
#pragma once

#include <list>
#include <string>

#include "firmware/monitor/event_loop.hpp"
#include "firmware/monitor/handle_desk.hpp"
#include "firmware/monitor/manual_add.hpp"
#include "firmware/monitor/monitor.hpp"
#include "firmware/roles/ctl_messages.hpp"
#include "firmware/roles/role_channel.hpp"
#include "hal/descriptor.hpp"

namespace latchkey::monitor {

/// Answers latchkeyctl on a local socket (0600). A client's user must be root or our own
/// (SO_PEERCRED); anybody else hears a refusal. One request a connection, at most 8 clients at
/// once.
class ControlServer final {
 public:
  /// A socket left by a daemon that is gone is replaced; anything else in its place is left alone
  /// and Errc::already_exists. The others must outlive this.
  [[nodiscard]] static Result<std::unique_ptr<ControlServer>> open(const std::string& path,
                                                                   EventLoop& loop,
                                                                   Monitor& monitor,
                                                                   ManualAdd& adder,
                                                                   const HandleDesk& handles);
  ~ControlServer();
  ControlServer(const ControlServer&) = delete;
  ControlServer& operator=(const ControlServer&) = delete;
  ControlServer(ControlServer&&) = delete;
  ControlServer& operator=(ControlServer&&) = delete;

 private:
  struct Client;

  ControlServer(std::string path, hal::Descriptor listener, EventLoop& loop, Monitor& monitor,
                ManualAdd& adder, const HandleDesk& handles);
  void accept();
  void drop(std::list<Client>::iterator client);
  void heard(std::list<Client>::iterator client);
  void answer(std::list<Client>::iterator client, const roles::ToDaemon& message);

  std::string path_;
  hal::Descriptor listener_;
  EventLoop& loop_;
  Monitor& monitor_;
  ManualAdd& adder_;
  const HandleDesk& handles_;
  std::list<Client> clients_;
  EventLoop::Watch watch_;
};

}  // namespace latchkey::monitor
