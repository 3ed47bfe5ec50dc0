// SPDX-License-Identifier: MIT
#include "firmware/net/connection.hpp"

#include <sys/socket.h>
#include <array>
#include <asio/awaitable.hpp>
#include <asio/buffer.hpp>
#include <asio/co_spawn.hpp>
#include <asio/generic/stream_protocol.hpp>
#include <asio/io_context.hpp>
#include <asio/redirect_error.hpp>
#include <asio/steady_timer.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/write.hpp>
#include <utility>

namespace latchkey::net {
namespace {

using Why = roles::PeerGone::Why;

constexpr std::size_t kPiece = 4096;

int family_of(int socket) {
  int family = AF_INET;
  socklen_t size = sizeof family;
  (void)::getsockopt(socket, SOL_SOCKET, SO_DOMAIN, &family, &size);
  return family;
}

}  // namespace

struct Connection::Io {
  Io(asio::io_context& loop, int number)
      : socket(loop, asio::generic::stream_protocol(family_of(number), 0), number),
        step(loop),
        writing(loop) {}

  /// Reads until the end: that a peer left is seen even while nothing is expected of it.
  static asio::awaitable<void> read(std::shared_ptr<Connection> self) {
    std::array<std::uint8_t, kPiece> piece{};
    while (!self->io_->closed) {
      asio::error_code error;
      const auto got = co_await self->io_->socket.async_read_some(
          asio::buffer(piece), asio::redirect_error(asio::use_awaitable, error));
      if (self->io_->closed) co_return;
      if (error) {
        self->close(error == asio::error::eof ? Why::left : Why::lost);
        co_return;
      }
      self->take(ByteView(piece).first(got));
    }
  }

  static asio::awaitable<void> write(std::shared_ptr<Connection> self) {
    Io& io = *self->io_;
    while (!io.closed && !io.waiting.empty()) {
      io.leaving = std::exchange(io.waiting, {});
      asio::error_code error;
      co_await asio::async_write(io.socket, asio::buffer(io.leaving),
                                 asio::redirect_error(asio::use_awaitable, error));
      if (io.closed) co_return;
      if (error) {
        self->close(Why::lost);
        co_return;
      }
      io.leaving.clear();
    }
    io.busy = false;
    io.writing.cancel();
    self->write_or_finish();
  }

  template <class Then>
  static void set(asio::steady_timer& timer, Millis time, std::weak_ptr<Connection> of, Then then) {
    timer.expires_after(time);
    timer.async_wait([&timer, of = std::move(of), then](const asio::error_code& error) {
      const auto self = of.lock();
      if (error || !self || self->io_->closed) return;
      // Set anew while this call was already on its way: not yet.
      if (timer.expiry() > std::chrono::steady_clock::now()) return;
      then(*self);
    });
  }

  asio::generic::stream_protocol::socket socket;
  asio::steady_timer step;
  asio::steady_timer writing;
  Bytes waiting;  ///< for the next write
  Bytes leaving;  ///< being written
  bool busy = false;
  bool shut = false;
  bool closed = false;
};

Connection::Connection(const Setting& setting, int socket, std::string address)
    : setting_(setting),
      address_(std::move(address)),
      conversation_(setting.facts, setting.limits, setting.random),
      io_(std::make_unique<Io>(setting.loop, socket)) {}

Connection::~Connection() = default;

void Connection::start() {
  Io::set(io_->step, setting_.limits.greeting, weak_from_this(),
          [](Connection& self) { self.step_took_too_long(); });
  asio::co_spawn(setting_.loop, Io::read(shared_from_this()), EndOnException());
}

void Connection::take(ByteView bytes) {
  if (conversation_.step() == Step::farewell) {
    discarded_ += bytes.size();
    if (discarded_ > setting_.limits.input) close(Why::left);
    return;
  }
  conversation_.receive(bytes);
  pump();
}

void Connection::pump() {
  if (io_->closed) return;
  const auto output = conversation_.take_output();
  io_->waiting.insert(io_->waiting.end(), output.begin(), output.end());
  deliver_reports();
  if (io_->waiting.size() > setting_.limits.output) return close(Why::stalled);
  if (conversation_.step() != watched_) watch_step();
  write_or_finish();
}

void Connection::deliver_reports() {
  while (auto report = conversation_.next_report()) {
    setting_.owner.on_report(*this, *report);
    wipe(*report);
  }
}

void Connection::watch_step() {
  watched_ = conversation_.step();
  io_->step.cancel();
  if (const auto time = time_for(watched_, setting_.limits)) {
    Io::set(io_->step, *time, weak_from_this(),
            [](Connection& self) { self.step_took_too_long(); });
  }
}

void Connection::step_took_too_long() {
  // Strangers are told nothing, and who does not even take a goodbye has had its time.
  if (watched_ == Step::greeting || watched_ == Step::farewell) return close(Why::stalled);
  conversation_.end(Why::stalled);
  pump();
}

void Connection::write_or_finish() {
  if (io_->busy || io_->closed) return;
  if (!io_->waiting.empty()) {
    io_->busy = true;
    Io::set(io_->writing, setting_.limits.writing, weak_from_this(),
            [](Connection& self) { self.close(Why::stalled); });
    asio::co_spawn(setting_.loop, Io::write(shared_from_this()), EndOnException());
  } else if (conversation_.step() == Step::farewell && !std::exchange(io_->shut, true)) {
    // Closing while the peer still writes would throw away what it has not read yet.
    asio::error_code ignored;
    io_->socket.shutdown(asio::socket_base::shutdown_send, ignored);
  }
}

void Connection::close(Why why) {
  if (std::exchange(io_->closed, true)) return;
  const auto alive = shared_from_this();
  conversation_.end(why);
  deliver_reports();
  io_->step.cancel();
  io_->writing.cancel();
  asio::error_code ignored;
  io_->socket.close(ignored);
  setting_.owner.on_closed(*this);
}

}  // namespace latchkey::net
