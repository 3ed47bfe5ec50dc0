// SPDX-License-Identifier: MIT
#include "hal/local_socket/line_server.hpp"

#include <fmt/format.h>
#include <sys/epoll.h>

#include <array>
#include <cerrno>

namespace latchkey::hal {
namespace {

constexpr std::uint64_t kListenerId = 0;
constexpr std::uint64_t kOtherId = 1;
constexpr LineServer::ClientId kFirstClientId = 2;

}  // namespace

Result<LineServer> LineServer::open(const ListeningSocket::Place& place, std::size_t max_output) {
  auto socket = ListeningSocket::open(place);
  if (!socket) return fail(std::move(socket));
  Descriptor epoll(::epoll_create1(EPOLL_CLOEXEC));
  if (!epoll.open()) return fail_errno(errno, "watching " + socket->path());
  LineServer server(std::move(*socket), std::move(epoll), max_output);
  if (auto watched = server.watch(server.socket_.descriptor(), EPOLLIN, kListenerId); !watched) {
    return fail(std::move(watched));
  }
  return server;
}

LineServer::LineServer(ListeningSocket socket, Descriptor epoll, std::size_t max_output) noexcept
    : socket_(std::move(socket)),
      epoll_(std::move(epoll)),
      max_output_(max_output),
      next_id_(kFirstClientId) {}

Result<void> LineServer::watch(int other) const { return watch(other, EPOLLIN, kOtherId); }

Result<void> LineServer::watch(int descriptor, std::uint32_t events, std::uint64_t id) const {
  epoll_event event{};
  event.events = events;
  event.data.u64 = id;
  if (::epoll_ctl(epoll_.number(), EPOLL_CTL_ADD, descriptor, &event) != 0) {
    return fail_errno(errno, "watching " + path());
  }
  return {};
}

Result<void> LineServer::pump(Talk& talk) {
  std::array<epoll_event, kMaxLineClients + kFirstClientId> ready{};
  const int count = ::epoll_wait(epoll_.number(), ready.data(), static_cast<int>(ready.size()), 0);
  if (count < 0 && errno != EINTR) return fail_errno(errno, "watching " + path());
  for (int i = 0; i < count; ++i) {
    const auto& event = ready.at(static_cast<std::size_t>(i));
    if (event.data.u64 == kListenerId) {
      accept_clients(talk);
    } else if (event.data.u64 != kOtherId) {
      serve(event.data.u64, event.events);
    }
  }
  // An answer lets another client's waiting lines go on; their number is bounded by what was read.
  while (run_lines(talk)) {
  }
  tidy();
  return {};
}

void LineServer::accept_clients(Talk& talk) {
  for (std::size_t i = 0; i < kMaxLineClients; ++i) {
    auto accepted = socket_.accept();
    if (!accepted) return;
    LineClient client(std::move(*accepted), max_output_);
    if (connections_.size() >= kMaxLineClients) {
      client.say(fmt::format("error: at most {} connections at a time", kMaxLineClients));
      continue;
    }
    const auto id = next_id_;
    if (!watch(client.descriptor(), EPOLLIN, id)) continue;
    ++next_id_;
    client.say(talk.greeting());
    connections_.emplace(id, Connection{std::move(client), EPOLLIN});
  }
}

void LineServer::serve(ClientId id, std::uint32_t events) {
  const auto found = connections_.find(id);
  if (found == connections_.end()) return;
  auto& client = found->second.client;
  if ((events & EPOLLOUT) != 0) client.flush();
  if ((events & EPOLLIN) != 0) {
    client.receive();
  } else if ((events & (EPOLLHUP | EPOLLERR)) != 0) {
    client.drop();  // left while it waits for an answer
  }
}

bool LineServer::run_lines(Talk& talk) {
  bool any = false;
  for (auto& [id, connection] : connections_) {
    auto& client = connection.client;
    while (!client.waiting() && !client.gone()) {
      const auto line = client.next_line();
      if (!line) break;
      any = true;
      if (const auto answer = talk.obey(id, *line)) {
        client.say(*answer);
      } else {
        client.set_waiting(true);
      }
    }
  }
  return any;
}

void LineServer::answer(ClientId client, std::string_view line) {
  const auto found = connections_.find(client);
  if (found == connections_.end()) return;
  found->second.client.set_waiting(false);
  found->second.client.say(line);
}

void LineServer::say(std::string_view line) {
  for (auto& [id, connection] : connections_) connection.client.say(line);
  tidy();
}

void LineServer::tidy() {
  for (auto next = connections_.begin(); next != connections_.end();) {
    auto& [id, connection] = *next;
    if (connection.client.gone()) {
      // Said explicitly: a forked child may still have the socket open, which keeps it watched.
      ::epoll_ctl(epoll_.number(), EPOLL_CTL_DEL, connection.client.descriptor(), nullptr);
      next = connections_.erase(next);
      continue;
    }
    if (const auto wanted = connection.client.interest(); wanted != connection.interest) {
      epoll_event event{};
      event.events = wanted;
      event.data.u64 = id;
      ::epoll_ctl(epoll_.number(), EPOLL_CTL_MOD, connection.client.descriptor(), &event);
      connection.interest = wanted;
    }
    ++next;
  }
}

}  // namespace latchkey::hal
