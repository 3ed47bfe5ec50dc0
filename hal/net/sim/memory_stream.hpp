// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <utility>

#include "hal/net/byte_stream.hpp"

namespace latchkey::net {

class StreamDoor;

/// One end of a connection that exists in memory only, for one thread. Nobody waits: where no
/// byte is there, read_some() says Errc::timed_out at once, as if the deadline had come.
class MemoryStream final : public ByteStream {
 public:
  struct Pipe;  ///< the bytes on their way to one end

  MemoryStream(std::shared_ptr<Pipe> in, std::shared_ptr<Pipe> out) noexcept
      : in_(std::move(in)), out_(std::move(out)) {}
  ~MemoryStream() override { close(); }
  MemoryStream(const MemoryStream&) = delete;
  MemoryStream& operator=(const MemoryStream&) = delete;
  MemoryStream(MemoryStream&&) = delete;
  MemoryStream& operator=(MemoryStream&&) = delete;

  [[nodiscard]] Result<Bytes> read_some(std::size_t limit, Instant deadline) override;
  [[nodiscard]] Result<void> write_all(ByteView bytes, Instant deadline) override;
  [[nodiscard]] int descriptor() const noexcept override;
  void close() noexcept override;

 private:
  friend class StreamDoor;
  std::shared_ptr<Pipe> in_;
  std::shared_ptr<Pipe> out_;
};

/// Two ends of one connection. Errors: the errno of eventfd(2).
[[nodiscard]] Result<std::pair<std::unique_ptr<MemoryStream>, std::unique_ptr<MemoryStream>>>
make_memory_pair();

}  // namespace latchkey::net
