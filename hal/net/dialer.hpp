// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "hal/net/byte_stream.hpp"

namespace latchkey::net {

/// Opens connections.
class Dialer {
 public:
  virtual ~Dialer() = default;

  /// Looks `host` up (a name or a literal address, IPv6 with zone included) and tries its
  /// addresses one at a time, so that the other side never sees two connections of one peer.
  /// What the addresses failed with is told by one error, the most telling one:
  /// - Errc::not_found: the name has no address
  /// - std::errc::connection_refused: a machine answered, and nothing listens there
  /// - Errc::timed_out: nothing answered until `deadline`
  /// - std::errc::host_unreachable, std::errc::network_unreachable: there is no way to it
  /// or the errno of what else failed. The time that the system's resolver takes is its own
  /// (resolv.conf); the deadline counts for connecting.
  [[nodiscard]] virtual Result<std::unique_ptr<ByteStream>> dial(const std::string& host,
                                                                 std::uint16_t port,
                                                                 Instant deadline) = 0;
};

}  // namespace latchkey::net
