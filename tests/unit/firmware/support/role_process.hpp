// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/time.hpp"
#include "firmware/roles/role_channel.hpp"

/// Nothing here sleeps: whoever waits does so on a descriptor, with a deadline.
namespace latchkey::testing {

inline constexpr Millis kPatience{20'000};

/// Whether `descriptor` has something to read, or has ended, within the time.
[[nodiscard]] bool wait_readable(int descriptor, Millis patience = kPatience);

struct RoleStart {
  std::string program;
  std::vector<int> listeners;            ///< become 4, 5, … in the role; still ours here
  std::vector<std::string> environment;  ///< "NAME=value"
  bool without_root = false;             ///< as nobody, when we are root
};

/// One of the role executables with our end of its channel. Killed at the end.
class RoleProcess final {
 public:
  explicit RoleProcess(const RoleStart& start);
  ~RoleProcess();
  RoleProcess(const RoleProcess&) = delete;
  RoleProcess& operator=(const RoleProcess&) = delete;
  RoleProcess(RoleProcess&&) = delete;
  RoleProcess& operator=(RoleProcess&&) = delete;

  [[nodiscard]] roles::RoleChannel& channel() { return *channel_; }
  [[nodiscard]] pid_t pid() const noexcept { return pid_; }
  void close_channel() { channel_.reset(); }

  /// The next message within the time; nothing when there is none or the role has ended.
  template <class Variant>
  [[nodiscard]] std::optional<Variant> receive(Millis patience = kPatience) {
    if (!wait_readable(channel_->descriptor(), patience)) return std::nullopt;
    auto message = channel_->receive<Variant>();
    if (!message) return std::nullopt;
    return std::move(*message);
  }

  /// Exit status, or 128 + signal; nothing when it still runs at the end of the time.
  [[nodiscard]] std::optional<int> wait_for_end(Millis patience = kPatience);

 private:
  std::optional<roles::RoleChannel> channel_;
  pid_t pid_ = -1;
  int pid_descriptor_ = -1;
};

}  // namespace latchkey::testing
