// SPDX-License-Identifier: MIT
#include "hal/fido/sim/socket/socket_stream.hpp"

#include <doctest/doctest.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <vector>

#include "core/bytes.hpp"
#include "hal/descriptor.hpp"
#include "tests/unit/temp_folder.hpp"

using namespace latchkey;
using namespace latchkey::fido;
using namespace latchkey::fido::sim;

namespace {

/// The key's end of hid.sock.
class Listener final {
 public:
  explicit Listener(const std::string& directory)
      : socket_(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string path = directory + "/hid.sock";
    std::copy(path.begin(), path.end(), address.sun_path);
    REQUIRE(::bind(socket_.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) ==
            0);
    REQUIRE(::listen(socket_.number(), 1) == 0);
  }

  [[nodiscard]] hal::Descriptor accept() const {
    hal::Descriptor client(::accept4(socket_.number(), nullptr, nullptr, SOCK_CLOEXEC));
    REQUIRE(client.open());
    return client;
  }

 private:
  hal::Descriptor socket_;
};

/// A stream and the other end of it.
struct Pair {
  test::TempFolder folder;
  Listener listener{folder.path()};
  Result<std::unique_ptr<ReportStream>> stream = open_socket_stream(folder.path());
  hal::Descriptor key = listener.accept();

  [[nodiscard]] bool send(std::size_t size) const {
    const std::vector<std::uint8_t> packet(size, 0x5A);
    return ::send(key.number(), packet.data(), size, 0) == static_cast<ssize_t>(size);
  }
};

}  // namespace

TEST_CASE("A report goes through the socket as one packet, either way") {
  Pair pair;
  REQUIRE(pair.stream.has_value());
  Report report{};
  for (std::size_t i = 0; i < report.size(); ++i) report[i] = static_cast<std::uint8_t>(i);
  CHECK((*pair.stream)->write(report));
  Bytes got(100);
  got.resize(static_cast<std::size_t>(::recv(pair.key.number(), got.data(), got.size(), 0)));
  CHECK(to_hex(got) == to_hex(report));
  REQUIRE(::send(pair.key.number(), report.data(), report.size(), 0) == 64);
  CHECK((*pair.stream)->read(std::nullopt) == report);
}

TEST_CASE("A read without a report ends after its timeout") {
  Pair pair;
  CHECK_FALSE((*pair.stream)->read(Millis(0)).has_value());
  CHECK_FALSE((*pair.stream)->read(Millis(1)).has_value());
}

TEST_CASE("A read ends when the key goes, and a write says so") {
  Pair pair;
  pair.key.close();
  CHECK_FALSE((*pair.stream)->read(std::nullopt).has_value());
  CHECK_FALSE((*pair.stream)->write(Report{}));
}

TEST_CASE("A stream says that the key is gone once it has noticed") {
  Pair pair;
  CHECK_FALSE((*pair.stream)->read(Millis(0)).has_value());
  CHECK_FALSE((*pair.stream)->gone());
  pair.key.close();
  SUBCASE("by reading") { CHECK_FALSE((*pair.stream)->read(std::nullopt).has_value()); }
  SUBCASE("by writing") { CHECK_FALSE((*pair.stream)->write(Report{})); }
  CHECK((*pair.stream)->gone());
}

TEST_CASE("A read ends at once while the interrupt is there; what came before is still read") {
  const hal::Descriptor event(::eventfd(1, EFD_CLOEXEC));
  const test::TempFolder folder;
  const Listener listener(folder.path());
  const auto stream = open_socket_stream(folder.path(), event.number());
  const auto key = listener.accept();
  const Bytes packet(64, 0x5A);
  REQUIRE(::send(key.number(), packet.data(), packet.size(), 0) == 64);
  CHECK((*stream)->read(std::nullopt).has_value());
  CHECK_FALSE((*stream)->read(std::nullopt).has_value());
  CHECK_FALSE((*stream)->gone());
}

TEST_CASE("What was sent before the key went can still be read") {
  Pair pair;
  REQUIRE(pair.send(64));
  pair.key.close();
  CHECK((*pair.stream)->read(std::nullopt).has_value());
  CHECK_FALSE((*pair.stream)->read(std::nullopt).has_value());
}

TEST_CASE("A packet of another size is no report") {
  Pair pair;
  for (const std::size_t size : {1U, 63U, 65U, 4096U}) {
    CAPTURE(size);
    REQUIRE(pair.send(size));
    CHECK_FALSE((*pair.stream)->read(std::nullopt).has_value());
  }
  REQUIRE(pair.send(64));
  CHECK((*pair.stream)->read(std::nullopt).has_value());
}

TEST_CASE("A key that is not plugged in is an errno") {
  const test::TempFolder folder;
  SUBCASE("because nobody made the socket") {
    const auto stream = open_socket_stream(folder.path());
    REQUIRE_FALSE(stream.has_value());
    CHECK(stream.error().code == std::errc::no_such_file_or_directory);
    CHECK(stream.error().message().find(folder.path()) != std::string::npos);
  }
  SUBCASE("because nobody listens any more") {
    { const Listener dead(folder.path()); }
    const auto stream = open_socket_stream(folder.path());
    REQUIRE_FALSE(stream.has_value());
    CHECK(stream.error().code == std::errc::connection_refused);
  }
  SUBCASE("because the folder's name is too long for a socket") {
    const auto stream = open_socket_stream(folder.file(std::string(120, 'x')));
    REQUIRE_FALSE(stream.has_value());
    CHECK(stream.error().code == std::errc::filename_too_long);
  }
}
