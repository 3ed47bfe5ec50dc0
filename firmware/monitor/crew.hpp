// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <memory>

#include "firmware/monitor/accounts.hpp"
#include "firmware/roles/keyfile_messages.hpp"
#include "firmware/roles/net_messages.hpp"
#include "firmware/roles/token_messages.hpp"
#include "firmware/roles/verify_messages.hpp"

/// The other processes, as the monitor sees them: each is started for one purpose and ends with
/// the object that stands for it. Callbacks come from the event loop, never from inside a call.
namespace latchkey::monitor {

/// A role at work on one question. Destroying it ends the process; no callback comes after that.
class Job {
 public:
  virtual ~Job() = default;
};

/// The net role of one window. Destroying it ends the process, after what it was told to say has
/// been said.
class NetRole {
 public:
  virtual ~NetRole() = default;
  [[nodiscard]] virtual Result<void> tell(const roles::ToNet& message) = 0;
  [[nodiscard]] virtual std::uint16_t port() const = 0;  ///< the one it listens on
};

/// The token role, which watches the USB ports of this machine. Destroying it ends the process,
/// after a moment for it to take its order back from the security key.
class TokenRole {
 public:
  virtual ~TokenRole() = default;
  [[nodiscard]] virtual Result<void> tell(const roles::ToToken& message) = 0;
};

class Crew {
 public:
  /// An error: it is gone. What net said may hold a PIN: it is wiped after the call.
  using OnNet = std::function<void(const Result<roles::FromNet>&)>;
  using OnToken = std::function<void(const Result<roles::FromToken>&)>;
  using OnVerdict = std::function<void(Result<roles::KeyVerdict>)>;
  using OnWritten = std::function<void(Result<roles::KeyfileAnswer>)>;

  virtual ~Crew() = default;
  /// Opens the listening sockets and starts latchkey-net with them.
  [[nodiscard]] virtual Result<std::unique_ptr<NetRole>> serve(const roles::ServeWindow& window,
                                                               OnNet on_message) = 0;
  /// Starts latchkey-token, which tells at once of a key that is there.
  [[nodiscard]] virtual Result<std::unique_ptr<TokenRole>> watch_keys(const roles::WatchKeys& watch,
                                                                      OnToken on_message) = 0;
  [[nodiscard]] virtual Result<std::unique_ptr<Job>> verify(const roles::ToVerify& question,
                                                            OnVerdict on_verdict) = 0;
  /// Starts the writer as that user; it is killed after a time (the user can stop a process that
  /// carries his uid), which is Errc::timed_out.
  [[nodiscard]] virtual Result<std::unique_ptr<Job>> write(const roles::ToKeyfile& order,
                                                           const Account& account,
                                                           OnWritten on_written) = 0;
};

}  // namespace latchkey::monitor
