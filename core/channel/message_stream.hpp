// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include "core/channel/messages.hpp"
#include "core/channel/tls_session.hpp"

namespace latchkey::channel {

/// Messages through TLS: a 4-byte big-endian length, then CBOR. Errors are those of TlsSession and
/// of decode(); each ends the stream. Wipes what it has read and written: it may be a PIN.
class MessageStream final {
 public:
  explicit MessageStream(TlsSession tls) noexcept : tls_(std::move(tls)) {}

  [[nodiscard]] Result<void> receive(ByteView bytes);
  /// The next whole message, or none yet. A length beyond kMaxMessage fails at once.
  [[nodiscard]] Result<std::optional<Message>> next();
  [[nodiscard]] Result<void> send(const Message& message);
  void close() { tls_.close(); }

  [[nodiscard]] bool established() const noexcept { return tls_.established(); }
  [[nodiscard]] Bytes take_output() { return tls_.take_output(); }

 private:
  TlsSession tls_;
  crypto::WipingBytes plaintext_;
};

}  // namespace latchkey::channel
