// SPDX-License-Identifier: MIT
#pragma once

#include "hal/net/dialer.hpp"

namespace latchkey::net {

/// TCP over IPv4 and IPv6, names by getaddrinfo(3).
class TcpDialer final : public Dialer {
 public:
  [[nodiscard]] Result<std::unique_ptr<ByteStream>> dial(const std::string& host,
                                                         std::uint16_t port,
                                                         Instant deadline) override;
};

}  // namespace latchkey::net
