// SPDX-License-Identifier: MIT
#include "hal/local_socket/listening_socket.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>

namespace latchkey::hal {
namespace {

constexpr int kBacklog = 16;

Descriptor make_socket(int type) {
  return Descriptor(::socket(AF_UNIX, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
}

Descriptor open_spare() { return Descriptor(::open("/dev/null", O_RDONLY | O_CLOEXEC)); }

const sockaddr* generic(const sockaddr_un& address) {
  return reinterpret_cast<const sockaddr*>(&address);
}

Result<sockaddr_un> address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) {
    return fail(Errc::too_large, fmt::format("making {}: a socket's path is at most {} bytes; "
                                             "choose a shorter folder",
                                             path, sizeof address.sun_path - 1));
  }
  std::copy(path.begin(), path.end(), std::begin(address.sun_path));
  return address;
}

/// Makes the directory if needed and locks it, so that of two programs starting at once only one
/// looks at the socket file.
Result<Descriptor> lock_directory(const std::string& directory) {
  if (::mkdir(directory.c_str(), S_IRWXU) != 0 && errno != EEXIST) {
    return fail_errno(errno, "making the folder " + directory);
  }
  Descriptor lock(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!lock.open()) return fail_errno(errno, "opening the folder " + directory);
  if (::flock(lock.number(), LOCK_EX | LOCK_NB) != 0) {
    return fail_errno(errno, "locking the folder " + directory);
  }
  return lock;
}

/// Removes what a dead program left at `path`; refuses anything else.
Result<void> clear_stale(const std::string& path, const sockaddr_un& address,
                         const ListeningSocket::Place& place) {
  struct stat found {};
  if (::lstat(path.c_str(), &found) != 0) {
    if (errno == ENOENT) return {};
    return fail_errno(errno, "looking at " + path);
  }
  if (!S_ISSOCK(found.st_mode)) {
    return fail(Errc::already_exists, fmt::format("making {}: something that is not a socket is "
                                                  "there; move it away",
                                                  path));
  }
  const auto probe = make_socket(place.type);
  if (!probe.open()) return fail_errno(errno, "making a socket");
  const int connected = ::connect(probe.number(), generic(address), sizeof address);
  if (connected == 0 || errno == EAGAIN) {
    return fail(Errc::already_exists, fmt::format("making {}: {}", path, place.taken));
  }
  if (errno != ECONNREFUSED) return fail_errno(errno, "looking at " + path);
  if (::unlink(path.c_str()) != 0) return fail_errno(errno, "removing the stale " + path);
  return {};
}

}  // namespace

Result<ListeningSocket> ListeningSocket::open(const Place& place) {
  auto path = place.directory + "/" + place.file;
  const auto address = address_of(path);
  if (!address) return tl::make_unexpected(address.error());
  const auto lock = lock_directory(place.directory);
  if (!lock) return tl::make_unexpected(lock.error());
  if (auto cleared = clear_stale(path, *address, place); !cleared) return fail(std::move(cleared));

  auto listener = make_socket(place.type);
  if (!listener.open()) return fail_errno(errno, "making a socket");
  // On Linux the mode of an unbound socket becomes the file's: no moment at which it is wider.
  if (::fchmod(listener.number(), S_IRUSR | S_IWUSR) != 0 ||
      ::bind(listener.number(), generic(*address), sizeof *address) != 0 ||
      ::listen(listener.number(), kBacklog) != 0) {
    return fail_errno(errno, "making " + path);
  }
  return ListeningSocket(std::move(path), std::move(listener));
}

ListeningSocket::ListeningSocket(std::string path, Descriptor listener)
    : path_(std::move(path)), listener_(std::move(listener)), spare_(open_spare()) {
  struct stat made {};
  if (::lstat(path_.c_str(), &made) != 0) return;
  device_ = made.st_dev;
  inode_ = made.st_ino;
}

ListeningSocket::~ListeningSocket() {
  if (!listener_.open()) return;
  struct stat found {};
  if (::lstat(path_.c_str(), &found) != 0) return;
  if (found.st_dev == device_ && found.st_ino == inode_) ::unlink(path_.c_str());
}

std::optional<Descriptor> ListeningSocket::accept() {
  Descriptor client(::accept4(listener_.number(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (client.open()) return client;
  if (errno == EMFILE || errno == ENFILE) {
    spare_.close();
    client = Descriptor(::accept4(listener_.number(), nullptr, nullptr, SOCK_CLOEXEC));
    client.close();
    spare_ = open_spare();
  }
  return std::nullopt;
}

}  // namespace latchkey::hal
