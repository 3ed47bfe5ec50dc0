// SPDX-License-Identifier: MIT
#pragma once

#include "hal/net/byte_stream.hpp"

namespace latchkey::net {

/// A connected socket, over poll(2).
class TcpStream final : public ByteStream {
 public:
  /// Takes over a connected stream socket that does not block.
  explicit TcpStream(int socket) noexcept : socket_(socket) {}
  ~TcpStream() override { close(); }
  TcpStream(const TcpStream&) = delete;
  TcpStream& operator=(const TcpStream&) = delete;
  TcpStream(TcpStream&&) = delete;
  TcpStream& operator=(TcpStream&&) = delete;

  [[nodiscard]] Result<Bytes> read_some(std::size_t limit, Instant deadline) override;
  [[nodiscard]] Result<void> write_all(ByteView bytes, Instant deadline) override;
  [[nodiscard]] int descriptor() const noexcept override { return socket_; }
  void close() noexcept override;

 private:
  int socket_;
};

}  // namespace latchkey::net
