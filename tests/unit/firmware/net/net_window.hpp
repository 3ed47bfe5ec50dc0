// SPDX-License-Identifier: MIT
#pragma once

#include <doctest/doctest.h>
#include <thread>

#include "core/channel/messages.hpp"
#include "firmware/net/reception.hpp"
#include "firmware/roles/net_messages.hpp"
#include "tests/unit/firmware/net/test_host.hpp"

/// The test plays the monitor, and as many hosts as it likes.
namespace latchkey::testing {

inline constexpr const char* kCode = "12345123";

[[nodiscard]] roles::ServeWindow sample_window();
[[nodiscard]] channel::Offer sample_offer();
[[nodiscard]] roles::AnswerPeer sample_answer();
[[nodiscard]] channel::TokenRequest sample_request();
[[nodiscard]] channel::KeyHandle sample_handle();
[[nodiscard]] roles::KeyHandleFields fields_of(const channel::KeyHandle& handle);

/// What the monitor hears and says, over either kind of net below.
class Monitor {
 public:
  explicit Monitor(roles::RoleChannel* channel) : channel_(channel) {}

  void say(const roles::ToNet& message) { REQUIRE(channel_->send(message)); }
  [[nodiscard]] std::optional<roles::FromNet> hear(Millis patience = kPatience) {
    if (!wait_readable(channel_->descriptor(), patience)) return std::nullopt;
    auto message = channel_->receive<roles::FromNet>();
    if (!message) return std::nullopt;
    return std::move(*message);
  }
  template <class Message>
  Message expect(Millis patience = kPatience) {
    const auto message = hear(patience);
    REQUIRE(message.has_value());
    REQUIRE(std::holds_alternative<Message>(*message));
    return std::get<Message>(*message);
  }
  void expect_gone(roles::PeerGone::Why why, Millis patience = kPatience) {
    CHECK(expect<roles::PeerGone>(patience).why == why);
  }
  /// Nothing is on its way. Only after something that net has answered: no waiting here.
  [[nodiscard]] bool hears_nothing() { return !wait_readable(channel_->descriptor(), Millis(1)); }

  void use_code(std::uint32_t peer, std::string_view digits = kCode) {
    roles::UseCode code;
    code.peer = peer;
    code.digits.assign_cut(digits);
    say(code);
  }
  void refuse(channel::RefusalReason reason, std::uint8_t tries_left = 0) {
    say(roles::RefusePeer{reason, tries_left});
  }

 private:
  roles::RoleChannel* channel_;
};

/// The real executable with one listening socket.
class NetProcess final {
 public:
  NetProcess();

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

 private:
  Loopback loopback_;
  std::uint16_t port_ = loopback_.port();

 public:
  RoleProcess process;
  Monitor monitor;
};

/// The library in a thread, with limits of the test's own.
class NetThread final {
 public:
  explicit NetThread(const net::Limits& limits);
  ~NetThread();
  NetThread(const NetThread&) = delete;
  NetThread& operator=(const NetThread&) = delete;
  NetThread(NetThread&&) = delete;
  NetThread& operator=(NetThread&&) = delete;

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

 private:
  std::optional<roles::RoleChannel> channel_;
  std::uint16_t port_ = 0;
  std::thread thread_;

 public:
  Monitor monitor;
};

/// How far a host gets before the test takes over.
enum class Until {
  greeted,
  helloed,
  share_wanted,
  released,
  code_proved,
  welcomed,
  offered,
  answered
};

/// Plays both sides of an honest pairing up to there.
void play(TestHost& host, Monitor& monitor, Until until);

}  // namespace latchkey::testing
