// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/bytes.hpp"

/// A block of ssh_config(5) for one Pi, so that `ssh alias` is enough.
namespace latchkey::host {

struct HostBlock {
  std::string alias;
  std::string hostname;
  std::uint16_t port = 22;  ///< left out when 22
  std::string user;
  std::string identity_file;  ///< left out when empty

  /// The block's lines, each ended by LF.
  [[nodiscard]] std::string format() const;
};

/// What to call a Pi: the first label of its name, or, for an address, of `device`. Empty when
/// there is nothing that would do as an alias.
[[nodiscard]] std::string alias_for(std::string_view host, bool is_address,
                                    std::string_view device);

/// Whether a Host line of this file names the alias, word for word in any case. Patterns such as
/// `*` do not count, nor does what the file includes.
[[nodiscard]] bool names_host(ByteView config, std::string_view alias);

/// The file with the block in front of the first Host or Match (and of the comment lines that
/// belong to it), because in ssh_config the first value wins; else at its end. All other bytes
/// stay.
[[nodiscard]] Bytes insert_block(ByteView config, const HostBlock& block);

}  // namespace latchkey::host
