// SPDX-License-Identifier: MIT
#include "hal/local_socket/listening_socket.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "tests/unit/hal/clock/readable.hpp"
#include "tests/unit/hal/local_socket/visitor.hpp"
#include "tests/unit/temp_folder.hpp"

using namespace latchkey;
using hal::ListeningSocket;
namespace fs = std::filesystem;

namespace {

auto open_in(const std::string& folder) {
  return ListeningSocket::open({folder, "some.sock", "another one lives here"});
}

mode_t mode_of(const std::string& path) {
  struct stat found {};
  REQUIRE(::lstat(path.c_str(), &found) == 0);
  return found.st_mode & 07777U;
}

/// What a program that was killed leaves: a socket file that nobody listens on.
void leave_stale_socket(const std::string& path) {
  const hal::Descriptor dead(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), path.size());
  REQUIRE(::bind(dead.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
}

}  // namespace

TEST_CASE("the socket is for its owner alone, whatever the umask") {
  const test::TempFolder folder;
  const auto before = ::umask(0);
  const auto socket = open_in(folder.path());
  ::umask(before);
  REQUIRE(socket.has_value());
  CHECK(socket->path() == folder.file("some.sock"));
  CHECK(mode_of(socket->path()) == 0600);
}

TEST_CASE("a missing folder is made for its owner alone, but not its parents") {
  const test::TempFolder folder;
  {
    const auto socket = open_in(folder.file("new"));
    REQUIRE(socket.has_value());
    CHECK(mode_of(folder.file("new")) == 0700);
  }
  const auto deep = open_in(folder.file("not/there"));
  REQUIRE_FALSE(deep.has_value());
  CHECK(deep.error().code == std::errc::no_such_file_or_directory);
}

TEST_CASE("the socket is removed at the end") {
  const test::TempFolder folder;
  { REQUIRE(open_in(folder.path()).has_value()); }
  CHECK(fs::is_empty(folder.path()));
}

TEST_CASE("a file that took the socket's place is left alone") {
  const test::TempFolder folder;
  {
    const auto socket = open_in(folder.path());
    REQUIRE(socket.has_value());
    fs::remove(socket->path());
    std::ofstream(socket->path()) << "mine";
  }
  CHECK(fs::file_size(folder.file("some.sock")) == 4);
}

TEST_CASE("a dead program's socket is replaced") {
  const test::TempFolder folder;
  leave_stale_socket(folder.file("some.sock"));
  auto socket = open_in(folder.path());
  REQUIRE(socket.has_value());
  const test::Visitor visitor(socket->path());
  CHECK(socket->accept().has_value());
}

TEST_CASE("a living program's socket is not, and the living one does not notice") {
  const test::TempFolder folder;
  auto first = open_in(folder.path());
  REQUIRE(first.has_value());
  const auto second = open_in(folder.path());
  REQUIRE_FALSE(second.has_value());
  CHECK(second.error().is(Errc::already_exists));
  CHECK(second.error().doing.find("another one lives here") != std::string::npos);
  while (first->accept()) {
  }
  const test::Visitor visitor(first->path());
  CHECK(first->accept().has_value());
}

TEST_CASE("what is not a socket is never replaced") {
  const test::TempFolder folder;
  const auto path = folder.file("some.sock");
  SUBCASE("a file") { std::ofstream(path) << "precious"; }
  SUBCASE("a folder") { fs::create_directory(path); }
  SUBCASE("a link") { fs::create_symlink("elsewhere", path); }
  const auto socket = open_in(folder.path());
  REQUIRE_FALSE(socket.has_value());
  CHECK(socket.error().is(Errc::already_exists));
  CHECK(fs::exists(fs::symlink_status(path)));
}

TEST_CASE("a folder that cannot be one is refused by name") {
  const test::TempFolder folder;
  std::ofstream(folder.file("file")) << "x";
  const auto socket = open_in(folder.file("file"));
  REQUIRE_FALSE(socket.has_value());
  CHECK(socket.error().code == std::errc::not_a_directory);
  CHECK(socket.error().doing.find(folder.file("file")) != std::string::npos);
}

TEST_CASE("a path that does not fit a socket address is refused, the longest one works") {
  const test::TempFolder folder;
  const auto room = 107 - std::string("/some.sock").size() - folder.path().size() - 1;
  CHECK(open_in(folder.file(std::string(room, 'd'))).has_value());
  const auto longer = open_in(folder.file(std::string(room + 1, 'd')));
  REQUIRE_FALSE(longer.has_value());
  CHECK(longer.error().is(Errc::too_large));
}

TEST_CASE("with no descriptors left a connection is turned away, not kept at the door") {
  const test::TempFolder folder;
  auto socket = open_in(folder.path());
  REQUIRE(socket.has_value());
  test::Visitor visitor(socket->path());
  const int lowest_free = hal::Descriptor(::open("/dev/null", O_RDONLY | O_CLOEXEC)).number();
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
  const rlimit full{static_cast<rlim_t>(lowest_free), before.rlim_max};
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &full) == 0);
  const auto accepted = socket->accept();
  const bool still_waiting = test::readable(socket->descriptor());
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &before) == 0);
  CHECK_FALSE(accepted.has_value());
  CHECK_FALSE(still_waiting);
  (void)visitor.heard();
  CHECK(visitor.ended());
}
