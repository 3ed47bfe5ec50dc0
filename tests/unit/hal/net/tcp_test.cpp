// SPDX-License-Identifier: MIT
#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "hal/net/linux/tcp_dialer.hpp"
#include "hal/net/linux/wait.hpp"

using namespace latchkey;
using namespace latchkey::net;
using namespace std::chrono_literals;

namespace {

/// A socket on a free port of 127.0.0.1.
class Listener {
 public:
  explicit Listener(bool listening = true) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    REQUIRE(socket_ >= 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::bind(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    socklen_t size = sizeof address;
    REQUIRE(::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    port_ = ntohs(address.sin_port);
    if (listening) REQUIRE(::listen(socket_, 4) == 0);
  }
  ~Listener() { ::close(socket_); }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] int accept() const {
    const int peer = ::accept(socket_, nullptr, nullptr);
    REQUIRE(peer >= 0);
    return peer;
  }

 private:
  int socket_;
  std::uint16_t port_ = 0;
};

Instant soon() { return boot_time() + 5s; }

}  // namespace

TEST_CASE("bytes go both ways over TCP") {
  const Listener listener;
  auto stream = TcpDialer().dial("127.0.0.1", listener.port(), soon());
  REQUIRE(stream.has_value());
  const int peer = listener.accept();
  REQUIRE((*stream)->write_all(as_bytes("ping"), soon()).has_value());
  char got[8] = {};
  CHECK(::recv(peer, got, sizeof got, 0) == 4);
  CHECK(std::string(got) == "ping");
  REQUIRE(::send(peer, "pong", 4, 0) == 4);
  const auto answer = (*stream)->read_some(100, soon());
  REQUIRE(answer.has_value());
  CHECK(as_text(*answer) == "pong");
  ::close(peer);
}

TEST_CASE("a read takes no more than its limit") {
  const Listener listener;
  auto stream = TcpDialer().dial("127.0.0.1", listener.port(), soon());
  REQUIRE(stream.has_value());
  const int peer = listener.accept();
  REQUIRE(::send(peer, "pong", 4, 0) == 4);
  CHECK((*stream)->read_some(3, soon()).value().size() == 3);
  CHECK((*stream)->read_some(3, soon()).value().size() == 1);
  ::close(peer);
}

TEST_CASE("the end of the other side is told from silence") {
  const Listener listener;
  auto stream = TcpDialer().dial("127.0.0.1", listener.port(), soon());
  REQUIRE(stream.has_value());
  const int peer = listener.accept();
  CHECK((*stream)->read_some(1, boot_time()).error().is(Errc::timed_out));
  ::close(peer);
  CHECK((*stream)->read_some(1, soon()).error().is(Errc::closed));
}

TEST_CASE("writing to somebody who does not read ends at the deadline") {
  const Listener listener;
  auto stream = TcpDialer().dial("127.0.0.1", listener.port(), soon());
  REQUIRE(stream.has_value());
  const Bytes much(64UL * 1024 * 1024);
  CHECK((*stream)->write_all(much, boot_time() + 20ms).error().is(Errc::timed_out));
}

TEST_CASE("writing to somebody who is gone is an error, not a signal") {
  const Listener listener;
  auto stream = TcpDialer().dial("127.0.0.1", listener.port(), soon());
  REQUIRE(stream.has_value());
  const int peer = listener.accept();
  const linger reset{1, 0};
  ::setsockopt(peer, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
  ::close(peer);
  const Bytes much(1024);
  auto wrote = (*stream)->write_all(much, soon());
  if (wrote) wrote = (*stream)->write_all(much, soon());
  REQUIRE_FALSE(wrote.has_value());
  CHECK(wrote.error().is(Errc::closed));
}

TEST_CASE("a port where nothing listens refuses") {
  const Listener bound_only(false);
  const auto stream = TcpDialer().dial("127.0.0.1", bound_only.port(), soon());
  REQUIRE_FALSE(stream.has_value());
  CHECK(stream.error().code == std::errc::connection_refused);
  CHECK(stream.error().doing == "connecting to 127.0.0.1");
}

TEST_CASE("a name without an address is not found") {
  // .invalid never resolves (RFC 6761); an empty label is refused before any server is asked.
  const auto stream = TcpDialer().dial("no..such.invalid", 22, soon());
  REQUIRE_FALSE(stream.has_value());
  CHECK(stream.error().is(Errc::not_found));
}

TEST_CASE("all addresses of a name are tried, and a refusal tells more than no way") {
  const Listener listener;  // 127.0.0.1 only; localhost may name ::1 first
  CHECK(TcpDialer().dial("localhost", listener.port(), soon()).has_value());
}

TEST_CASE("a silent address is given up at the deadline") {
  Listener full;
  // The queue of waiting connections is full after a few; the next is not answered.
  std::vector<std::unique_ptr<ByteStream>> waiting;
  for (;;) {
    auto stream = TcpDialer().dial("127.0.0.1", full.port(), boot_time() + 50ms);
    if (!stream) {
      CHECK(stream.error().is(Errc::timed_out));
      break;
    }
    waiting.push_back(std::move(*stream));
    REQUIRE(waiting.size() < 100);
  }
}

TEST_CASE("a closed stream has no descriptor, and closing twice is fine") {
  const Listener listener;
  auto stream = TcpDialer().dial("127.0.0.1", listener.port(), soon());
  REQUIRE(stream.has_value());
  CHECK((*stream)->descriptor() >= 0);
  (*stream)->close();
  (*stream)->close();
  CHECK((*stream)->descriptor() == -1);
}
