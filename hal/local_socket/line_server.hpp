// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "hal/local_socket/line_client.hpp"
#include "hal/local_socket/listening_socket.hpp"

namespace latchkey::hal {

inline constexpr std::size_t kMaxLineClients = 8;

/// A local socket whose clients speak lines of text. One thread, nothing blocks, no system call
/// while nobody says anything. Answers come in the order of a client's lines.
class LineServer final {
 public:
  using ClientId = std::uint64_t;  ///< never reused, so that an answer cannot reach the wrong one

  /// What is said to clients. Called from pump() alone; may call answer(), not say().
  class Talk {
   public:
    virtual ~Talk() = default;
    /// The first line that a new client gets.
    [[nodiscard]] virtual std::string greeting() = 0;
    /// The answer to a line; nullopt: it comes later, by answer(), and this client's next lines
    /// wait for it.
    [[nodiscard]] virtual std::optional<std::string> obey(ClientId client,
                                                          const std::string& line) = 0;
  };

  /// `max_output`: who leaves more bytes unread, beyond what the kernel keeps, is dropped.
  /// Errors: those of ListeningSocket::open(), or the errno of epoll.
  [[nodiscard]] static Result<LineServer> open(const ListeningSocket::Place& place,
                                               std::size_t max_output);

  /// Readable when pump() has something to do.
  [[nodiscard]] int descriptor() const noexcept { return epoll_.number(); }
  [[nodiscard]] const std::string& path() const noexcept { return socket_.path(); }
  /// descriptor() stands for `other` too.
  [[nodiscard]] Result<void> watch(int other) const;

  /// Lets clients in, reads once from each that has sent something, and obeys their lines.
  [[nodiscard]] Result<void> pump(Talk& talk);
  /// The answer that obey() left open. Nothing happens when the client has left meanwhile.
  void answer(ClientId client, std::string_view line);
  /// One line to every client.
  void say(std::string_view line);

 private:
  struct Connection {
    LineClient client;
    std::uint32_t interest = 0;  // as epoll knows it
  };

  LineServer(ListeningSocket socket, Descriptor epoll, std::size_t max_output) noexcept;
  [[nodiscard]] Result<void> watch(int descriptor, std::uint32_t events, std::uint64_t id) const;
  void accept_clients(Talk& talk);
  void serve(ClientId id, std::uint32_t events);
  bool run_lines(Talk& talk);
  void tidy();

  ListeningSocket socket_;
  Descriptor epoll_;
  std::size_t max_output_;
  std::map<ClientId, Connection> connections_;
  ClientId next_id_;
};

}  // namespace latchkey::hal
