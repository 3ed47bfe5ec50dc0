// SPDX-License-Identifier: MIT
#include "firmware/net/monitor_link.hpp"

#include <asio/awaitable.hpp>
#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <asio/redirect_error.hpp>
#include <asio/use_awaitable.hpp>
#include <cerrno>
#include <utility>

#include "core/crypto/secret.hpp"

namespace latchkey::net {
namespace {

void wipe(roles::ToNet& message) {
  if (auto* code = std::get_if<roles::UseCode>(&message)) crypto::wipe(code->digits.raw.data);
}

}  // namespace

struct MonitorLink::Io {
  Io(asio::io_context& loop, roles::RoleChannel opened, OnMessage message_callback,
     OnEnd end_callback)
      : channel(std::move(opened)),
        descriptor(loop, channel.descriptor()),
        on_message(std::move(message_callback)),
        on_end(std::move(end_callback)) {}

  static asio::awaitable<void> listen(std::shared_ptr<Io> self) {
    while (!self->ended) {
      asio::error_code error;
      co_await self->descriptor.async_wait(asio::posix::stream_descriptor::wait_read,
                                           asio::redirect_error(asio::use_awaitable, error));
      if (error || self->ended) co_return;
      self->take_one();
    }
  }

  void take_one() {
    auto packet = channel.receive_packet(sizeof(roles::ToNet) + 1);
    if (!packet) {
      if (packet.error().code == std::error_code(EAGAIN, std::system_category())) return;
      return end(std::move(packet).error());
    }
    auto message = roles::RoleChannel::unpack<roles::ToNet>(*packet);
    crypto::wipe(*packet);  // it may hold the code
    if (!message) return end(std::move(message).error());
    on_message(*message);
    wipe(*message);
  }

  void end(Error error) {
    if (!std::exchange(ended, true)) on_end(std::move(error));
  }

  roles::RoleChannel channel;
  asio::posix::stream_descriptor descriptor;
  OnMessage on_message;
  OnEnd on_end;
  bool ended = false;
};

MonitorLink::MonitorLink(asio::io_context& loop, roles::RoleChannel channel, OnMessage on_message,
                         OnEnd on_end)
    : io_(std::make_shared<Io>(loop, std::move(channel), std::move(on_message),
                               std::move(on_end))) {
  asio::co_spawn(loop, Io::listen(io_), EndOnException());
}

MonitorLink::~MonitorLink() {
  io_->ended = true;
  io_->descriptor.release();  // the channel closes it
}

void MonitorLink::send(const roles::FromNet& message) {
  if (io_->ended) return;
  if (auto sent = io_->channel.send(message); !sent) io_->end(std::move(sent).error());
}

}  // namespace latchkey::net
