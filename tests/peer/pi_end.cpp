// SPDX-License-Identifier: MIT
// The Pi's end of the channel on a loopback socket, for peers written by others: prints its port,
// takes the code from its standard input, serves one connection, prints what was offered. It checks
// no proof and writes no key: every offer is answered "added", once it is signed, and a security
// key in this Pi takes every PIN but 0000.
#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <exception>
#include <iostream>
#include <string>

#include "core/channel/pi_session.hpp"
#include "core/channel/statement.hpp"

using namespace latchkey;
using namespace latchkey::channel;

namespace {

class Socket final {
 public:
  explicit Socket(int fd) : fd_(fd) {}
  ~Socket() {
    if (fd_ >= 0) ::close(fd_);
  }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  Socket(Socket&&) = delete;
  Socket& operator=(Socket&&) = delete;
  [[nodiscard]] int get() const noexcept { return fd_; }

 private:
  int fd_;
};

/// Listens on an ephemeral port of 127.0.0.1 and returns that port, or 0.
std::uint16_t listen_on_loopback(const Socket& socket) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (::bind(socket.get(), generic, size) != 0 || ::listen(socket.get(), 1) != 0 ||
      ::getsockname(socket.get(), generic, &size) != 0) {
    return 0;
  }
  return ntohs(address.sin_port);
}

class PiEnd final {
 public:
  explicit PiEnd(std::string code) : code_(std::move(code)) {}

  /// Returns the exit status: 0 if a verdict came, or handles were given.
  int serve(const Socket& peer) {
    std::array<std::uint8_t, 4096> buffer{};
    while (!over_) {
      const auto got = ::recv(peer.get(), buffer.data(), buffer.size(), 0);
      if (got <= 0) break;
      session_.receive(ByteView(buffer).first(static_cast<std::size_t>(got)));
      while (auto event = session_.next_event()) {
        std::visit([this](const auto& one) { on(one); }, *event);
      }
      send_all(peer, session_.take_output());
    }
    return done_ ? 0 : 1;
  }

 private:
  static void send_all(const Socket& peer, const Bytes& bytes) {
    ByteView rest(bytes);
    while (!rest.empty()) {
      const auto sent = ::send(peer.get(), rest.data(), rest.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;
      rest = rest.subspan(static_cast<std::size_t>(sent));
    }
  }

  void require(const Result<void>& result) {
    if (result) return;
    fmt::print(stderr, "pi_end: {}\n", result.error().message());
    over_ = true;
  }

  void on(const Greeted& peer) {
    fmt::print("greeted {}\n", peer.name);
    Hello hello{.groups = static_cast<std::uint8_t>(code_.size()), .name = "loopback-pi"};
    require(random_.fill(hello.nonce));
    require(session_.start(hello, code_));
  }

  void on(const ShareWanted& /*event*/) { require(session_.release_share()); }

  void on(const CodeProved& /*event*/) {
    fmt::print("proved\n");
    welcome_.accounts = {"pi"};
    welcome_.key_types = {"ssh-ed25519"};
    welcome_.host_keys = {Bytes(51, 0x11), Bytes(104, 0x22)};
    welcome_.device = "loopback-pi";
    require(random_.fill(welcome_.challenge));
    require(session_.set_welcome(welcome_));
  }

  void on(const CodeWrong& /*event*/) {
    fmt::print("wrong\n");
    session_.refuse({RefusalReason::wrong_code, 2});
    over_ = true;
  }

  void on(const Offered& event) {
    const auto& offer = event.offer;
    if (offer.signature.empty()) {
      fmt::print("attestation {}\n", to_hex(offer.attestation));
      return require(session_.want_signature({"This test trusts no root."}));
    }
    const auto hash = hash_host_keys(welcome_.host_keys);
    if (!hash) return require(fail(Errc::crypto, "hashing"));
    const auto statement =
        enrolment_statement(welcome_.challenge, offer.account, offer.limits, *hash);
    fmt::print("offered {} {} {}\n", offer.account, to_hex(offer.key), offer.comment);
    fmt::print("statement {}\nsignature {}\n", to_hex(statement), to_hex(offer.signature));
    answer_added();
  }

  void answer_added() {
    Outcome outcome;
    outcome.code = ResultCode::added;
    outcome.text = "Added, or so this test says.";
    require(session_.answer(outcome));
  }

  void on(const TokenAsked& event) {
    const auto& request = event.request;
    fmt::print("requested {} {} {} {}\n", request.account, request.application, request.user,
               static_cast<int>(request.algorithm));
    made_.account = request.account;
    made_.comment = request.comment;
    require(session_.tell({.news = TokenNews::plug_in}));
    require(session_.tell({.news = TokenNews::pin_wanted, .tries_left = 8, .key = "loopback key"}));
  }

  void on(const PinGiven& event) {
    if (as_text(event.typed.pin) == "0000") {
      return require(
          session_.tell({.news = TokenNews::pin_wrong, .tries_left = 7, .key = "loopback key"}));
    }
    require(session_.tell({.news = TokenNews::touch, .key = "loopback key"}));
    require(session_.give(TokenMade{made_}));
    answer_added();
  }

  void on(const HandlesAsked& event) {
    fmt::print("handles of {}\n", event.request.account);
    made_.account = "pi";
    require(session_.give(latest_that_fit({made_, made_})));
    done_ = true;
    over_ = true;
  }

  void on(const Judged& event) {
    fmt::print("judged {}\n", event.verdict.logged_in);
    Outcome outcome;
    outcome.code = event.verdict.logged_in ? ResultCode::kept : ResultCode::taken_out;
    require(session_.answer(outcome));
    done_ = true;
    over_ = true;
  }

  void on(const PeerBroken& event) {
    fmt::print("broken {}\n", event.error.message());
    over_ = true;
  }

  std::string code_;
  crypto::SystemRandom random_;
  PiSession session_{random_};
  Welcome welcome_;
  KeyHandle made_{.key = Bytes(74, 0x33),
                  .handle = Bytes(64, 0x44),
                  .flags = 1,
                  .account = "pi",
                  .comment = "made here",
                  .attestation = Bytes(10, 0x55),
                  .made = WallTime(std::chrono::seconds(1767225600))};
  bool done_ = false;
  bool over_ = false;
};

}  // namespace

int main() try {
  std::string code;
  if (!std::getline(std::cin, code)) return 64;
  const Socket listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const auto port = listen_on_loopback(listener);
  if (port == 0) return 71;
  fmt::print("{}\n", port);
  std::fflush(stdout);
  const Socket peer(::accept(listener.get(), nullptr, nullptr));
  return peer.get() < 0 ? 71 : PiEnd(code).serve(peer);
} catch (const std::exception& error) {
  std::fprintf(stderr, "pi_end: %s\n", error.what());
  return 70;
}
