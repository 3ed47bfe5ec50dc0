// SPDX-License-Identifier: MIT
#include "firmware/monitor/control_server.hpp"

#include <doctest/doctest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <cstring>
#include <fstream>

#include "firmware/keyfile/outcome.hpp"
#include "tests/scenario/monitor_world.hpp"
#include "tests/unit/firmware/monitor/role_folder.hpp"

using namespace latchkey;
using monitor::ControlServer;
using monitor::EventLoop;
using monitor::ManualAdd;
using roles::RoleChannel;

namespace {

constexpr Millis kLong{20'000};

sockaddr_un address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  REQUIRE(path.size() < sizeof address.sun_path);
  std::memcpy(address.sun_path, path.data(), path.size());
  return address;
}

/// A socket of some kind, bound at `path` and listening.
hal::Descriptor listen_at(const std::string& path, int kind, int backlog = 1) {
  hal::Descriptor socket(::socket(AF_UNIX, kind | SOCK_CLOEXEC, 0));
  const auto address = address_of(path);
  REQUIRE(::bind(socket.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) ==
          0);
  REQUIRE(::listen(socket.number(), backlog) == 0);
  return socket;
}

struct Serving {
  test::TempFolder folder;
  std::string path = folder.file("ctl.sock");
  scenario::MonitorWorld world;
  EventLoop loop;
  ManualAdd adder{world.config, world.clock, world.crew, world.site, *world.log};
  monitor::HandleDesk desk{*world.handles, *world.log, world.clock};
  std::unique_ptr<ControlServer> server;

  Serving() {
    auto opened = open();
    REQUIRE(opened);
    server = std::move(*opened);
  }
  Result<std::unique_ptr<ControlServer>> open() {
    return ControlServer::open(path, loop, *world.monitor, adder, desk);
  }
  [[nodiscard]] RoleChannel connect() const {
    RoleChannel client(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
    const auto address = address_of(path);
    REQUIRE(::connect(client.descriptor(), reinterpret_cast<const sockaddr*>(&address),
                      sizeof address) == 0);
    return client;
  }
  /// Everything that is waiting to be done.
  void settle() {
    // Two turns: what the first accepts, the second hears.
    const auto end = loop.after(Millis(30), [this] { loop.stop(); });
    loop.run();
  }
  Result<roles::FromDaemon> hear(RoleChannel& client) {
    bool hung = false;
    const auto limit = loop.after(kLong, [&] {
      hung = true;
      loop.stop();
    });
    const auto answered = loop.when_readable(client.descriptor(), [this] { loop.stop(); });
    loop.run();
    REQUIRE_FALSE(hung);
    return client.receive<roles::FromDaemon>();
  }
  template <class Reply>
  Reply hear_a(RoleChannel& client) {
    const auto reply = hear(client);
    REQUIRE(reply);
    const auto* expected = std::get_if<Reply>(&*reply);
    REQUIRE(expected != nullptr);
    return *expected;
  }
  template <class Request>
  RoleChannel ask(const Request& request) {
    auto client = connect();
    REQUIRE(client.send(roles::ToDaemon(request)));
    return client;
  }
  bool answers() {
    auto client = ask(roles::StatusRequest{});
    return hear_a<roles::StatusReply>(client).phase.view() == "idle";
  }
  void writer_adds() {
    world.writer_says(static_cast<std::uint8_t>(keyfile::Outcome::added), "Added.");
  }
};

}  // namespace

TEST_CASE_FIXTURE(Serving, "status is answered") {
  struct stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777U) == 0600);
  auto client = ask(roles::StatusRequest{});
  const auto reply = hear_a<roles::StatusReply>(client);
  CHECK(reply.phase.view() == "idle");
  CHECK(reply.led.view() == "off");
  CHECK(reply.port == 0);
}

TEST_CASE_FIXTURE(Serving, "add is answered when the writer is done") {
  roles::AddRequest request;
  REQUIRE(request.line.assign("ssh-ed25519 AAAA"));
  auto client = ask(request);
  settle();
  world.proof_holds();
  writer_adds();
  CHECK(hear_a<roles::AddReply>(client).code == channel::ResultCode::added);
}

TEST_CASE_FIXTURE(Serving, "a client that leaves while its key is being added harms nobody") {
  { const auto client = ask(roles::AddRequest{}); }
  settle();
  world.proof_holds();
  writer_adds();
  CHECK(answers());
}

TEST_CASE_FIXTURE(Serving, "pair tells of the window until it is closed") {
  auto client = ask(roles::PairRequest{});
  const auto opened = hear_a<roles::PairProgress>(client);
  CHECK(opened.finished == 0);
  CHECK(opened.port == 7822);
  world.greet();
  const auto greeted = hear_a<roles::PairProgress>(client);
  CHECK(greeted.digits.view().size() == 8);
  world.tap();
  const auto closed = hear_a<roles::PairProgress>(client);
  CHECK(closed.finished == 1);
  CHECK(closed.enrolled == 0);
}

TEST_CASE_FIXTURE(Serving, "handles are listed and forgotten, all in one go") {
  for (std::size_t i = 0; i < monitor::HandleStore::kMaxKept; ++i) {
    channel::KeyHandle handle;
    handle.key = Bytes(64, static_cast<std::uint8_t>(i));
    handle.handle = Bytes(100, 1);
    REQUIRE(world.handles->keep(handle));
  }
  auto client = ask(roles::ListHandles{});
  std::size_t lines = 0;
  while (const auto reply = hear(client)) {
    if (std::holds_alternative<roles::HandlesReply>(*reply)) break;
    if (std::holds_alternative<roles::HandleLine>(*reply)) ++lines;
  }
  CHECK(lines == monitor::HandleStore::kMaxKept);
  auto other = ask(roles::DropHandles{});
  CHECK(hear_a<roles::HandlesReply>(other).dropped == monitor::HandleStore::kMaxKept);
  CHECK(world.handles->load().value().empty());
}

TEST_CASE_FIXTURE(Serving, "pair is refused while a window is open") {
  world.tap();
  auto client = ask(roles::PairRequest{});
  CHECK(hear_a<roles::RequestRefused>(client).text.view() ==
        "A window is open, or pairing is locked: see `latchkeyctl status`.");
}

TEST_CASE_FIXTURE(Serving, "a client that leaves during pair leaves the window as it is") {
  {
    auto client = ask(roles::PairRequest{});
    hear_a<roles::PairProgress>(client);
  }
  settle();
  CHECK(world.phase() == pairing::Phase::open);
  world.greet();  // nobody is told
  world.tap();
  CHECK(answers());
}

TEST_CASE_FIXTURE(Serving, "who asks twice on one connection is dropped, and nobody told") {
  auto client = ask(roles::PairRequest{});
  hear_a<roles::PairProgress>(client);
  SUBCASE("pair again") { REQUIRE(client.send(roles::ToDaemon(roles::PairRequest{}))); }
  SUBCASE("add") { REQUIRE(client.send(roles::ToDaemon(roles::AddRequest{}))); }
  SUBCASE("status") { REQUIRE(client.send(roles::ToDaemon(roles::StatusRequest{}))); }
  SUBCASE("pair again, and leave") {
    REQUIRE(client.send(roles::ToDaemon(roles::PairRequest{})));
    client = RoleChannel(-1);
  }
  settle();
  world.greet();
  world.tap();
  CHECK(answers());
}

TEST_CASE_FIXTURE(Serving, "a client that stays after its window does not silence the next") {
  auto first = std::make_optional(ask(roles::PairRequest{}));
  hear_a<roles::PairProgress>(*first);
  world.tap();
  CHECK(hear_a<roles::PairProgress>(*first).finished == 1);
  auto second = ask(roles::PairRequest{});
  hear_a<roles::PairProgress>(second);
  first.reset();
  settle();
  world.tap();
  CHECK(hear_a<roles::PairProgress>(second).finished == 1);
}

TEST_CASE_FIXTURE(Serving, "the server may go before the window that a client opened") {
  auto client = ask(roles::PairRequest{});
  hear_a<roles::PairProgress>(client);
  server.reset();
  world.greet();
  world.tap();
  CHECK(world.phase() == pairing::Phase::idle);
}

TEST_CASE_FIXTURE(Serving, "nonsense costs its sender the connection, nobody else") {
  auto patient = connect();
  for (const auto& packet :
       {Bytes{}, Bytes{255}, Bytes{0, 0, 0}, Bytes{2}, Bytes{5, 1}, Bytes(20'000, 0)}) {
    CAPTURE(packet.size());
    auto client = connect();
    REQUIRE(client.send_packet(packet));
    CHECK(hear(client).error().is(Errc::closed));
  }
  REQUIRE(patient.send(roles::ToDaemon(roles::StatusRequest{})));
  CHECK(hear_a<roles::StatusReply>(patient).phase.view() == "idle");
}

TEST_CASE_FIXTURE(Serving, "more clients than a handful hear that, even those that asked first") {
  std::vector<RoleChannel> idle;
  for (int i = 0; i < 8; ++i) {
    idle.push_back(connect());
    settle();
  }
  auto ninth = ask(roles::StatusRequest{});
  CHECK(hear_a<roles::RequestRefused>(ninth).text.view() ==
        "Too many questions at once; try again.");
  idle.pop_back();
  settle();
  CHECK(answers());
}

TEST_CASE_FIXTURE(Serving, "keys that wait to be added are counted, clients gone or not") {
  std::vector<RoleChannel> clients;
  for (std::size_t i = 0; i < ManualAdd::kMaxWaiting; ++i) {
    clients.push_back(ask(roles::AddRequest{}));
    settle();
  }
  auto late = ask(roles::AddRequest{});
  CHECK(hear_a<roles::RequestRefused>(late).text.view() ==
        "Too many keys are waiting to be added; try again.");
}

TEST_CASE_FIXTURE(Serving, "another user is refused with a sentence") {
  if (::geteuid() != 0) return;
  // As if somebody had opened the socket up.
  REQUIRE(::chmod(folder.path().c_str(), 0755) == 0);
  REQUIRE(::chmod(path.c_str(), 0666) == 0);
  const pid_t stranger = ::fork();
  if (stranger == 0) {
    if (::setresuid(65534, 65534, 65534) != 0) ::_exit(2);
    auto client = connect();
    (void)client.send(roles::ToDaemon(roles::PairRequest{}));
    const auto reply = client.receive<roles::FromDaemon>();
    if (!reply) ::_exit(3);
    const auto* refused = std::get_if<roles::RequestRefused>(&*reply);
    const bool said =
        refused != nullptr &&
        refused->text.view() == "Only root and the daemon's own user may ask; try again with sudo.";
    ::_exit(said ? 0 : 4);
  }
  const auto end = testing::watch_process(stranger);
  const auto limit = loop.after(kLong, [this] { loop.stop(); });
  const auto ended = loop.when_readable(end.number(), [this] { loop.stop(); });
  loop.run();
  int status = -1;
  ::waitpid(stranger, &status, 0);
  CHECK(status == 0);
  CHECK(world.phase() == pairing::Phase::idle);
}

TEST_CASE_FIXTURE(Serving, "a socket that answers is another daemon's") {
  const auto second = open();
  REQUIRE_FALSE(second);
  CHECK(second.error().is(Errc::already_exists));
  CHECK(answers());
}

TEST_CASE_FIXTURE(Serving, "a daemon too busy to answer is there all the same") {
  server.reset();
  const auto busy = listen_at(path, SOCK_SEQPACKET, 0);
  std::vector<hal::Descriptor> waiting;  // fill its queue
  for (int i = 0; i < 4; ++i) {
    waiting.emplace_back(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    const auto address = address_of(path);
    (void)::connect(waiting.back().number(), reinterpret_cast<const sockaddr*>(&address),
                    sizeof address);
  }
  CHECK(open().error().is(Errc::already_exists));
}

TEST_CASE_FIXTURE(Serving, "somebody else's socket of another kind is left alone") {
  server.reset();
  const auto other = listen_at(path, SOCK_STREAM);
  CHECK(open().error().is(Errc::already_exists));
  struct stat status {};
  CHECK(::stat(path.c_str(), &status) == 0);
}

TEST_CASE_FIXTURE(Serving, "what a daemon that is gone left behind is replaced") {
  server.reset();
  { const auto gone = listen_at(path, SOCK_SEQPACKET); }
  auto opened = open();
  REQUIRE(opened);
  server = std::move(*opened);
  CHECK(answers());
}

TEST_CASE_FIXTURE(Serving, "a file in the socket's place is not deleted") {
  server.reset();
  std::ofstream(path) << "precious";
  CHECK_FALSE(open());
  std::string content;
  std::ifstream(path) >> content;
  CHECK(content == "precious");
}

TEST_CASE_FIXTURE(Serving, "a place that has no room for a socket is an error") {
  server.reset();
  path = folder.file("no/such/folder.sock");
  CHECK(open().error().code == std::errc::no_such_file_or_directory);
  path = folder.file(std::string(200, 'x'));
  CHECK(open().error().is(Errc::too_large));
}

TEST_CASE_FIXTURE(Serving, "the socket goes with the server") {
  server.reset();
  struct stat status {};
  CHECK(::stat(path.c_str(), &status) != 0);
}
