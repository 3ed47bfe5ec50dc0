// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string_view>

#include "core/channel/host_session.hpp"
#include "tests/unit/firmware/support/role_process.hpp"

namespace latchkey::testing {

/// A listening socket on an ephemeral port of the loopback interface.
class Loopback final {
 public:
  Loopback();
  ~Loopback();
  Loopback(const Loopback&) = delete;
  Loopback& operator=(const Loopback&) = delete;
  Loopback(Loopback&&) = delete;
  Loopback& operator=(Loopback&&) = delete;

  [[nodiscard]] int descriptor() const noexcept { return descriptor_; }
  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  /// Our copy: only who inherited it listens from now on.
  void close();

 private:
  int descriptor_ = -1;
  std::uint16_t port_ = 0;
};

/// A connection that says whatever the test wants.
class RawPeer final {
 public:
  explicit RawPeer(std::uint16_t port);
  ~RawPeer() { close(); }
  RawPeer(RawPeer&& other) noexcept;
  RawPeer& operator=(RawPeer&&) = delete;
  RawPeer(const RawPeer&) = delete;
  RawPeer& operator=(const RawPeer&) = delete;

  /// Whether somebody listened.
  [[nodiscard]] bool connected() const noexcept { return descriptor_ >= 0; }
  [[nodiscard]] int descriptor() const noexcept { return descriptor_; }
  /// False when the other side is gone.
  bool send(ByteView bytes);
  /// What has arrived, at least a byte; empty at the end or when the time is over.
  [[nodiscard]] Bytes receive(Millis patience = kPatience);
  /// Whether the other side ends this within the time; what it says before that is dropped.
  [[nodiscard]] bool ends_within(Millis patience = kPatience);
  void close();
  void break_off();  ///< as a connection that is lost: no end, a reset

 private:
  int descriptor_ = -1;
};

/// A host with a session of its own over a RawPeer.
class TestHost final {
 public:
  explicit TestHost(std::uint16_t port) : peer_(port), session_("laptop", random_) {}

  [[nodiscard]] RawPeer& peer() noexcept { return peer_; }
  [[nodiscard]] channel::HostSession& session() noexcept { return session_; }
  /// Sends what the session has to say.
  void flush();
  /// Sends, then receives until the session has an event.
  [[nodiscard]] std::optional<channel::HostEvent> next_event(Millis patience = kPatience);
  /// The next event, if it is of this kind.
  template <class Event>
  [[nodiscard]] std::optional<Event> expect(Millis patience = kPatience) {
    auto event = next_event(patience);
    if (!event || !std::holds_alternative<Event>(*event)) return std::nullopt;
    return std::get<Event>(std::move(*event));
  }

 private:
  crypto::SystemRandom random_;
  RawPeer peer_;
  channel::HostSession session_;
};

}  // namespace latchkey::testing
