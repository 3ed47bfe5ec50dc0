// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "core/error.hpp"
#include "hal/descriptor.hpp"

namespace latchkey::gpio {

/// The listening socket DIRECTORY/board.sock, mode 0600, of one living board. Move-only; the file
/// is removed at the end if it is still ours.
class BoardSocket final {
 public:
  /// Makes the directory (0700, its parent must exist) if it is missing, and replaces the socket
  /// file of a board that is dead. Errc::already_exists when a living one listens there or the
  /// file is no socket; Errc::too_large when the path does not fit a socket address (107 bytes).
  [[nodiscard]] static Result<BoardSocket> open(const std::string& directory);

  ~BoardSocket();
  BoardSocket(BoardSocket&&) noexcept = default;
  BoardSocket& operator=(BoardSocket&&) = delete;
  BoardSocket(const BoardSocket&) = delete;
  BoardSocket& operator=(const BoardSocket&) = delete;

  [[nodiscard]] int descriptor() const noexcept { return listener_.number(); }
  [[nodiscard]] const std::string& path() const noexcept { return path_; }

  /// The next connection, non-blocking; nullopt: none now. With no descriptors left, the
  /// connection is closed instead of waiting at the door for ever.
  [[nodiscard]] std::optional<hal::Descriptor> accept();

 private:
  BoardSocket(std::string path, hal::Descriptor listener);

  std::string path_;
  hal::Descriptor listener_;
  hal::Descriptor spare_;  ///< given up for a moment to turn a connection away
  dev_t device_ = 0;
  ino_t inode_ = 0;
};

}  // namespace latchkey::gpio
