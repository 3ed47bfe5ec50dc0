// SPDX-License-Identifier: MIT
#pragma once

#include <sys/socket.h>
#include <sys/types.h>

#include <optional>
#include <string>

#include "core/error.hpp"
#include "hal/descriptor.hpp"

namespace latchkey::hal {

/// A listening Unix socket, mode 0600, of one living program. Move-only; the file is removed at the
/// end if it is still ours.
class ListeningSocket final {
 public:
  struct Place {
    std::string directory;
    std::string file;
    std::string taken;       ///< said when a living program listens there, and what to do
    int type = SOCK_STREAM;  ///< SOCK_SEQPACKET: packets instead of bytes
  };

  /// Makes the directory (0700, its parent must exist) if it is missing, and replaces the socket
  /// file of a program that is dead. Errc::already_exists when a living one listens there or the
  /// file is no socket; Errc::too_large when the path does not fit a socket address (107 bytes).
  [[nodiscard]] static Result<ListeningSocket> open(const Place& place);

  ~ListeningSocket();
  ListeningSocket(ListeningSocket&&) noexcept = default;
  ListeningSocket& operator=(ListeningSocket&&) = delete;
  ListeningSocket(const ListeningSocket&) = delete;
  ListeningSocket& operator=(const ListeningSocket&) = delete;

  [[nodiscard]] int descriptor() const noexcept { return listener_.number(); }
  [[nodiscard]] const std::string& path() const noexcept { return path_; }

  /// The next connection, non-blocking; nullopt: none now. With no descriptors left, the
  /// connection is closed instead of waiting at the door for ever.
  [[nodiscard]] std::optional<Descriptor> accept();

 private:
  ListeningSocket(std::string path, Descriptor listener);

  std::string path_;
  Descriptor listener_;
  Descriptor spare_;  ///< given up for a moment to turn a connection away
  dev_t device_ = 0;
  ino_t inode_ = 0;
};

}  // namespace latchkey::hal
