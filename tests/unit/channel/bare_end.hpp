// SPDX-License-Identifier: MIT
#pragma once

#include "core/channel/host_session.hpp"
#include "core/channel/pi_session.hpp"
#include "core/channel/tls_session.hpp"
#include "tests/unit/channel/conversation.hpp"

/// One end of an authentic channel, spoken by hand, to say what no session of ours would.
namespace latchkey::channel::test {

/// A host that knows the code, against a session that has said its welcome. What the session had
/// to tell up to there is taken off it. Fails by exception.
class BareHost final {
 public:
  explicit BareHost(PiSession& pi);
  void send(const Message& message);

 private:
  PiSession& pi_;
  SeededRandom random_{21};
  std::optional<TlsSession> tls_;
};

/// A Pi that knows the code, against a session that waits for its welcome.
class BarePi final {
 public:
  explicit BarePi(HostSession& host);
  void send(const Message& message);
  /// Instead of a message with its length.
  void send_raw(ByteView bytes);

 private:
  HostSession& host_;
  SeededRandom random_{22};
  std::optional<TlsSession> tls_;
};

}  // namespace latchkey::channel::test
