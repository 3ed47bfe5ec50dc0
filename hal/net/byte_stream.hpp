// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>

#include "core/bytes.hpp"
#include "core/time.hpp"

namespace latchkey::net {

/// A connection: bytes in order, both ways, blocking up to a deadline. A deadline that is past
/// means: what can be done at once. After an error, and after the other side has closed, all that
/// is left to do is close().
class ByteStream {
 public:
  virtual ~ByteStream() = default;

  /// Waits for bytes and returns 1 to `limit` of them (`limit` is not 0). Errc::timed_out,
  /// Errc::closed when the other side has ended in order, else the errno of the system.
  [[nodiscard]] virtual Result<Bytes> read_some(std::size_t limit, Instant deadline) = 0;

  /// All of `bytes`, or an error: Errc::timed_out (some of them may be on their way),
  /// Errc::closed when nobody reads them any more, else the errno of the system.
  [[nodiscard]] virtual Result<void> write_all(ByteView bytes, Instant deadline) = 0;

  /// To poll for reading, together with other descriptors: readable means that read_some()
  /// will not wait. Owned by the stream; -1 once closed.
  [[nodiscard]] virtual int descriptor() const noexcept = 0;

  /// Ends the conversation; the other side sees Errc::closed. Idempotent.
  virtual void close() noexcept = 0;
};

}  // namespace latchkey::net
