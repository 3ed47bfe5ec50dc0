// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "firmware/roles/role_channel.hpp"

namespace latchkey::monitor {

/// Who a role runs as.
struct Identity {
  std::string name;  ///< for initgroups
  uid_t uid = 0;
  gid_t gid = 0;
  bool supplementary_groups = false;  ///< the user's own (writer), or none (the other roles)
};

/// A role to start.
struct RoleCommand {
  std::string program;               ///< full path
  std::optional<Identity> identity;  ///< nullopt: as we are
  std::vector<int> extra{};          ///< descriptors it gets as 4, 5, …; stay ours
  bool test_environment = false;     ///< hands on what a test needs; never on a real board
};

/// A running role and our end of its channel (its own is descriptor 3), which never blocks: a full
/// one is EAGAIN, and so is an empty one. Ends with this object: killed and waited for, a moment at
/// most.
///
/// A role has a session of its own without a terminal (what we would print to one is lost), no
/// blocked signals and no descriptors but 0 to 2, its channel and `extra`. Of our environment it
/// inherits nothing; with `test_environment` LD_PRELOAD, LD_LIBRARY_PATH, TMPDIR and what
/// nss_wrapper and the sanitizers read. A program that cannot be run shows as a closed channel.
class RoleProcess final {
 public:
  /// Is told the number of a process that was killed and has not ended in that moment: to collect.
  using OnStray = std::function<void(pid_t)>;

  [[nodiscard]] static Result<RoleProcess> start(const RoleCommand& command,
                                                 OnStray on_stray = nullptr);
  ~RoleProcess();
  RoleProcess(RoleProcess&& other) noexcept;
  RoleProcess& operator=(RoleProcess&& other) noexcept;
  RoleProcess(const RoleProcess&) = delete;
  RoleProcess& operator=(const RoleProcess&) = delete;

  [[nodiscard]] roles::RoleChannel& channel() noexcept { return channel_; }
  [[nodiscard]] pid_t pid() const noexcept { return pid_; }

 private:
  RoleProcess(pid_t pid, roles::RoleChannel channel, OnStray on_stray) noexcept
      : pid_(pid), channel_(std::move(channel)), on_stray_(std::move(on_stray)) {}
  void end();

  pid_t pid_ = -1;
  roles::RoleChannel channel_;
  OnStray on_stray_;
};

}  // namespace latchkey::monitor
