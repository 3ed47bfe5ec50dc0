// SPDX-License-Identifier: MIT
#include "firmware/monitor/control_server.hpp"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <cerrno>
#include <cstring>
#include <utility>

namespace latchkey::monitor {
namespace {

constexpr std::size_t kMaxClients = 8;
constexpr int kBacklog = 8;

Result<sockaddr_un> address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return fail(Errc::too_large, "listening at " + path);
  std::memcpy(address.sun_path, path.data(), path.size());
  return address;
}

/// Whether this is the socket of a daemon that is gone. One too busy to take us (EAGAIN), or of
/// another kind (EPROTOTYPE), is somebody's.
bool is_left_behind(const sockaddr_un& address) {
  struct stat status {};
  if (::lstat(address.sun_path, &status) != 0 || !S_ISSOCK(status.st_mode)) return false;
  const hal::Descriptor probe(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  return ::connect(probe.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) !=
             0 &&
         errno == ECONNREFUSED;
}

bool may_ask(int socket) {
  ucred credentials{};
  socklen_t size = sizeof credentials;
  if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0) return false;
  return credentials.uid == 0 || credentials.uid == ::geteuid();
}

roles::RequestRefused refused(std::string_view text) {
  roles::RequestRefused refusal;
  refusal.text.assign_cut(text);
  return refusal;
}

/// A client that does not read loses what does not fit.
void send_all(roles::RoleChannel& channel, const std::vector<roles::FromDaemon>& answers) {
  for (const auto& answer : answers) (void)channel.send(answer);
}

}  // namespace

struct ControlServer::Client {
  roles::RoleChannel channel;
  EventLoop::Watch watch;
  bool pairing = false;  ///< the monitor tells this client of its window
  bool asked = false;    ///< its one request
};

Result<std::unique_ptr<ControlServer>> ControlServer::open(const std::string& path, EventLoop& loop,
                                                           Monitor& monitor, ManualAdd& adder,
                                                           const HandleDesk& handles) {
  auto address = address_of(path);
  if (!address) return fail(std::move(address));
  if (is_left_behind(*address)) ::unlink(path.c_str());
  hal::Descriptor listener(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!listener.open()) return fail_errno(errno, "making a socket");
  const auto before = ::umask(0177);
  const int why =
      ::bind(listener.number(), reinterpret_cast<const sockaddr*>(&*address), sizeof *address) == 0
          ? 0
          : errno;
  ::umask(before);
  if (why == EADDRINUSE) return fail(Errc::already_exists, "listening at " + path);
  if (why != 0) return fail_errno(why, "listening at " + path);
  if (::listen(listener.number(), kBacklog) != 0) {
    return fail_errno(errno, "listening at " + path);
  }
  return std::unique_ptr<ControlServer>(
      new ControlServer(path, std::move(listener), loop, monitor, adder, handles));
}

ControlServer::ControlServer(std::string path, hal::Descriptor listener, EventLoop& loop,
                             Monitor& monitor, ManualAdd& adder, const HandleDesk& handles)
    : path_(std::move(path)),
      listener_(std::move(listener)),
      loop_(loop),
      monitor_(monitor),
      adder_(adder),
      handles_(handles) {
  watch_ = loop_.when_readable(listener_.number(), [this] { accept(); });
}

ControlServer::~ControlServer() {
  for (const auto& client : clients_) {
    if (client.pairing) monitor_.forget_pair();
  }
  ::unlink(path_.c_str());
}

void ControlServer::accept() {
  const int socket = ::accept4(listener_.number(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (socket < 0) return;
  roles::RoleChannel channel(socket);
  if (!may_ask(socket)) {
    (void)channel.send(roles::FromDaemon(
        refused("Only root and the daemon's own user may ask; try again with sudo.")));
    return;
  }
  if (clients_.size() >= kMaxClients) {
    (void)channel.send(roles::FromDaemon(refused("Too many questions at once; try again.")));
    return;
  }
  const auto client = clients_.insert(clients_.end(), Client{std::move(channel), {}});
  client->watch = loop_.when_readable(socket, [this, client] { heard(client); });
}

void ControlServer::drop(std::list<Client>::iterator client) {
  if (client->pairing) monitor_.forget_pair();
  clients_.erase(client);
}

void ControlServer::heard(std::list<Client>::iterator client) {
  const auto message = client->channel.receive<roles::ToDaemon>();
  if (!message && message.error().code == std::errc::resource_unavailable_try_again) return;
  // A client that leaves takes its question with it; one that sends nonsense, or a second
  // question, is not served.
  if (!message || client->asked) return drop(client);
  client->asked = true;
  answer(client, *message);
}

void ControlServer::answer(std::list<Client>::iterator client, const roles::ToDaemon& message) {
  if (std::holds_alternative<roles::StatusRequest>(message)) {
    (void)client->channel.send(roles::FromDaemon(monitor_.status()));
    return;
  }
  if (std::holds_alternative<roles::PairRequest>(message)) {
    client->pairing = true;
    const auto opened = monitor_.pair([client](const roles::PairProgress& progress) {
      (void)client->channel.send(roles::FromDaemon(progress));
      // The next window is another client's.
      if (progress.finished != 0) client->pairing = false;
    });
    if (!opened) {
      client->pairing = false;
      (void)client->channel.send(roles::FromDaemon(
          refused(opened.error().is(Errc::closed)
                      ? "latchkeyd cannot go on, and is about to end; its log says why."
                      : "A window is open, or pairing is locked: see `latchkeyctl status`.")));
    }
    return;
  }
  if (std::holds_alternative<roles::ListHandles>(message)) {
    return send_all(client->channel, handles_.list());
  }
  if (const auto* drop = std::get_if<roles::DropHandles>(&message)) {
    return send_all(client->channel, handles_.drop(*drop));
  }
  const auto& add = std::get<roles::AddRequest>(message);
  // The client may be gone when the answer comes, so that the answer keeps the channel.
  const auto reply = std::make_shared<roles::RoleChannel>(std::move(client->channel));
  clients_.erase(client);
  adder_.add(add, [reply](const roles::FromDaemon& outcome) { (void)reply->send(outcome); });
}

}  // namespace latchkey::monitor
